package dev.caravan.wire;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** One part of a message's content. A content that came as a plain string is one {@link Text}. */
public sealed interface ContentPart {

    record Text(String text) implements ContentPart {}

    /**
     * @param url an https URL or a {@code data:} URI, as the caller gave it
     * @param detail {@code auto}, {@code low} or {@code high}; null where the caller gave none
     */
    record Image(String url, @Nullable String detail) implements ContentPart {}

    /** The refusal text of an earlier assistant turn. */
    record Refusal(String refusal) implements ContentPart {}

    /**
     * A kind that only the caller's own format knows ({@code input_audio}, {@code file}, ...).
     *
     * @param type its {@code type}
     * @param json the whole part as it came
     */
    record Other(String type, JsonNode json) implements ContentPart {}
}
