package dev.caravan.access;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A gateway key as the gateway knows it: never the key itself.
 *
 * @param id its public part
 * @param hash SHA-256 of the whole key, hex
 * @param name for people
 * @param userId whose usage it is, whatever a request claims; null: as the request claims
 * @param admin whether it may see everybody's usage and manage keys
 * @param models public names that it may ask for; empty: all
 * @param expiresAt valid before it; null: for ever
 * @param revokedAt null: not revoked
 */
public record AccessKey(
        String id,
        String hash,
        String name,
        @Nullable String userId,
        boolean admin,
        List<String> models,
        KeyLimits limits,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt,
        Instant createdAt) {

    public AccessKey {
        models = List.copyOf(models);
    }

    /** A key without limits and without a name yet. */
    static AccessKey blank(KeyText key, Instant now) {
        return new AccessKey(key.id(), key.hash(), "", null, false, List.of(), KeyLimits.NONE, null, null, now);
    }

    public boolean isRevoked() {
        return revokedAt != null;
    }

    public boolean isExpired(Instant now) {
        return expiresAt != null && !now.isBefore(expiresAt);
    }

    public boolean allows(String model) {
        return models.isEmpty() || models.contains(model);
    }

    AccessKey revoked(Instant now) {
        return new AccessKey(id, hash, name, userId, admin, models, limits, expiresAt, now, createdAt);
    }

    /** Without the hash, which is of no use to anyone who reads a log. */
    @Override
    public String toString() {
        return "AccessKey[" + id + "]";
    }
}
