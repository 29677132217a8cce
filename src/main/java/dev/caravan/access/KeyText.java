package dev.caravan.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A gateway key as its owner has it: {@code cv-}, 12 characters that are its public id, 30 that are the secret (178 random
 * bits), and 6 that check the rest, so that what is no key at all is refused without a look into any table. No salt and no
 * slow hash: nobody guesses 178 bits.
 */
public final class KeyText {

    public static final String PREFIX = "cv-";

    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int ID = 12;
    private static final int SECRET = 30;
    private static final int CHECK = 6;
    private static final Pattern FORM = Pattern.compile("cv-[0-9A-Za-z]{" + (ID + SECRET + CHECK) + "}");

    private final String text;

    private KeyText(String text) {
        this.text = text;
    }

    /** A new key. */
    public static KeyText fresh(SecureRandom random) {
        StringBuilder text = new StringBuilder(PREFIX);
        for (int i = 0; i < ID + SECRET; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return new KeyText(text + check(text.substring(PREFIX.length())));
    }

    /** The key that the text is; null where it cannot be one. */
    public static @Nullable KeyText parse(String text) {
        if (!FORM.matcher(text).matches()) {
            return null;
        }
        int end = text.length() - CHECK;
        return check(text.substring(PREFIX.length(), end)).equals(text.substring(end)) ? new KeyText(text) : null;
    }

    /** The public part, by which the key is known in tables, pages and logs. */
    public String id() {
        return text.substring(PREFIX.length(), PREFIX.length() + ID);
    }

    /** SHA-256, in hex. */
    public String hash() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Compares in a time that does not depend on where the difference is. */
    public boolean hasHash(String expected) {
        return MessageDigest.isEqual(
                hash().getBytes(StandardCharsets.US_ASCII), expected.getBytes(StandardCharsets.US_ASCII));
    }

    /** The whole key, to be shown once; {@link #toString} does not tell it. */
    public String reveal() {
        return text;
    }

    @Override
    public String toString() {
        return PREFIX + id() + "…";
    }

    private static String check(String body) {
        CRC32 crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.US_ASCII));
        long rest = crc.getValue();
        StringBuilder check = new StringBuilder();
        for (int i = 0; i < CHECK; i++) {
            check.append(ALPHABET.charAt((int) (rest % ALPHABET.length())));
            rest /= ALPHABET.length();
        }
        return check.toString();
    }
}
