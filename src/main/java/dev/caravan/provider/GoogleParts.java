package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import dev.caravan.wire.ContentPart;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One part of a user's message in Gemini's words. Media travel inside the request only: fetching a caller's URL would let
 * callers choose what the gateway connects to.
 */
final class GoogleParts {

    /** The head of a data URI with base64 after its comma; parameters such as a charset are passed over. */
    private static final Pattern DATA_HEAD =
            Pattern.compile("(?i)data:([a-z0-9.+-]{1,80}/[a-z0-9.+-]{1,80})(?:;[^;,]{1,80}){0,4};base64");

    private static final Pattern AUDIO_FORMAT = Pattern.compile("[a-z0-9-]{1,20}");

    private final Adjustments adjustments;

    GoogleParts(Adjustments adjustments) {
        this.adjustments = adjustments;
    }

    static ObjectNode text(String text) {
        return object().put("text", text);
    }

    /**
     * @param path of the part in the caller's body
     * @param json the part as the caller sent it
     * @return null for an empty text, which Gemini refuses
     */
    @Nullable
    ObjectNode user(ContentPart part, JsonNode json, String path) {
        if (part instanceof ContentPart.Text text) {
            RequestFields.refuseUnknown(json, path, Set.of("type", "text"));
            return text.text().isEmpty() ? null : text(text.text());
        }
        if (part instanceof ContentPart.Image image) {
            return image(image, json, path);
        }
        if (part instanceof ContentPart.Other other && other.type().equals("input_audio")) {
            return audio(other.json(), path);
        }
        if (part instanceof ContentPart.Other other && other.type().equals("file")) {
            return file(other.json(), path);
        }
        throw RequestFields.refusal(path, "this provider does not know parts of this type");
    }

    private ObjectNode image(ContentPart.Image image, JsonNode json, String path) {
        RequestFields.refuseUnknown(json, path, Set.of("type", "image_url"));
        RequestFields.refuseUnknown(json.path("image_url"), path + ".image_url", Set.of("url", "detail"));
        if (image.detail() != null) {
            adjustments.leftOut(
                    path + ".image_url.detail",
                    TextNode.valueOf(image.detail()),
                    "the provider chooses the resolution itself");
        }
        String param = path + ".image_url.url";
        if (!isData(image.url())) {
            throw RequestFields.refusal(param, "this provider takes images as data: URIs only");
        }
        return fromData(image.url(), param);
    }

    private static ObjectNode audio(JsonNode json, String path) {
        RequestFields.refuseUnknown(json, path, Set.of("type", "input_audio"));
        JsonNode audio = json.path("input_audio");
        RequestFields.refuseUnknown(audio, path + ".input_audio", Set.of("data", "format"));
        String format = audio.path("format").asText();
        if (!AUDIO_FORMAT.matcher(format).matches()) {
            throw invalid(path + ".input_audio.format", "must be an audio format such as wav or mp3");
        }
        String data = audio.path("data").asText();
        if (data.isEmpty()) {
            throw invalid(path + ".input_audio.data", "must be the sound in base64");
        }
        return inline("audio/" + format, data);
    }

    private ObjectNode file(JsonNode json, String path) {
        RequestFields.refuseUnknown(json, path, Set.of("type", "file"));
        JsonNode file = json.path("file");
        RequestFields.refuseUnknown(file, path + ".file", Set.of("file_data", "filename", "file_id"));
        if (file.hasNonNull("file_id")) {
            throw RequestFields.refusal(path + ".file.file_id", "files are kept by another provider; send file_data");
        }
        String param = path + ".file.file_data";
        String data = file.path("file_data").asText();
        if (!isData(data)) {
            throw RequestFields.refusal(param, "this provider takes files as data: URIs only");
        }
        if (file.hasNonNull("filename")) {
            adjustments.leftOut(path + ".file.filename", file.get("filename"), "the provider knows no file names");
        }
        return fromData(data, param);
    }

    private static boolean isData(String url) {
        return url.regionMatches(true, 0, "data:", 0, 5);
    }

    private static ObjectNode fromData(String uri, String param) {
        int comma = uri.indexOf(',');
        // The head is short; a match over a whole image would be slow and could overflow the stack.
        Matcher head = DATA_HEAD.matcher(uri.substring(0, Math.max(0, Math.min(comma, 500))));
        if (!head.matches() || comma + 1 == uri.length()) {
            throw invalid(param, "must be a data: URI with a media type and base64, such as data:image/png;base64,...");
        }
        return inline(head.group(1).toLowerCase(Locale.ROOT), uri.substring(comma + 1));
    }

    private static ObjectNode inline(String mimeType, String data) {
        ObjectNode part = object();
        part.putObject("inlineData").put("mimeType", mimeType).put("data", data);
        return part;
    }

    private static RequestException invalid(String param, String words) {
        return new RequestException(ErrorCode.INVALID_VALUE, param + " " + words, param);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
