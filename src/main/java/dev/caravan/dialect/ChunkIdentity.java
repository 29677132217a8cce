package dev.caravan.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What all chunks of one stream in OpenAI's format have in common: id, time, and the name of the model that was asked for. */
final class ChunkIdentity {

    private static final String KIND = "chat.completion.chunk";

    private final String model;
    private String id;
    private long created;
    private @Nullable String head;

    ChunkIdentity(String id, Instant createdAt, String model) {
        this.id = id;
        this.created = createdAt.getEpochSecond();
        this.model = model;
    }

    /** Takes the id and the time of a provider's chunk, where it has them. */
    void adopt(ObjectNode chunk) {
        String theirs = chunk.path("id").asText("");
        if (!theirs.isEmpty()) {
            id = theirs;
        }
        JsonNode time = chunk.path("created");
        if (time.isIntegralNumber() && time.canConvertToLong() && time.longValue() > 0) {
            created = time.longValue();
        }
        head = null;
    }

    /** The beginning of a chunk's text. */
    String head() {
        String text = head;
        if (text == null) {
            text = JsonText.string(chunk());
            text = text.substring(0, text.length() - 1) + ',';
            head = text;
        }
        return text;
    }

    /** A chunk that has nothing else yet. */
    ObjectNode chunk() {
        ObjectNode chunk = JsonText.object();
        putInto(chunk);
        return chunk;
    }

    void putInto(ObjectNode chunk) {
        chunk.put("id", id);
        chunk.put("object", KIND);
        chunk.put("created", created);
        chunk.put("model", model);
    }

    /**
     * The chunk without choices.
     *
     * @param came the provider's own, for its other fields; null: it sent none
     */
    ObjectNode last(@Nullable ObjectNode came) {
        ObjectNode chunk = JsonText.object();
        if (came != null) {
            chunk.setAll(came);
        }
        putInto(chunk);
        chunk.putArray("choices");
        return chunk;
    }
}
