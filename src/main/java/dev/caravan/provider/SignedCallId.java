package dev.caravan.provider;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A tool call's id as Gemini knows it, and the thought signature that has to go back with the call. Callers get both in one
 * id, because most clients keep the id and drop every field that they do not know.
 *
 * @param id Gemini's own id, or the one that we made
 * @param signature null where the call has none
 */
record SignedCallId(String id, @Nullable String signature) {

    private static final String MARK = "__ts_";

    /** The id that a caller sees. */
    String wire() {
        if (signature == null) {
            return id;
        }
        return id
                + MARK
                + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads an id that a caller sent back; one that we never made is taken as it is. */
    static SignedCallId read(String wire) {
        int mark = wire.indexOf(MARK);
        if (mark < 1 || mark + MARK.length() == wire.length()) {
            return new SignedCallId(wire, null);
        }
        try {
            byte[] signature = Base64.getUrlDecoder().decode(wire.substring(mark + MARK.length()));
            return new SignedCallId(wire.substring(0, mark), new String(signature, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            // Another provider's id that only looks like one of ours.
            return new SignedCallId(wire, null);
        }
    }
}
