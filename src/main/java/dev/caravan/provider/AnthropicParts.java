package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.caravan.wire.ContentPart;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A user's content parts as Anthropic's blocks.
 *
 * <p>Source: @anthropic-ai/sdk 1.12.0, ContentBlockParam, Base64ImageSource and URLImageSource, read 2026-11-20.
 */
final class AnthropicParts {

    private static final Pattern DATA_HEAD =
            Pattern.compile("(?i)data:([a-z0-9.+-]{1,80}/[a-z0-9.+-]{1,80})(?:;[^;,]{1,80}){0,4};base64");
    private static final Set<String> IMAGES = Set.of("image/png", "image/jpeg", "image/gif", "image/webp");
    private static final String PDF = "application/pdf";

    private final Adjustments adjustments;

    AnthropicParts(Adjustments adjustments) {
        this.adjustments = adjustments;
    }

    /** A text block, with the caller's cache mark; null for an empty text, which Anthropic refuses. */
    static @Nullable ObjectNode text(String text, JsonNode given) {
        return text.isBlank() ? null : marked(object("text").put("text", text), given);
    }

    /**
     * @param given the part as the caller sent it
     * @param path of the part in the caller's body
     * @return null for an empty text
     */
    @Nullable
    ObjectNode user(ContentPart part, JsonNode given, String path) {
        if (part instanceof ContentPart.Text text) {
            RequestFields.refuseUnknown(given, path, Set.of("type", "text", "cache_control"));
            return text(text.text(), given);
        }
        if (part instanceof ContentPart.Image image) {
            return image(image, given, path);
        }
        if (part instanceof ContentPart.Other other && other.type().equals("file")) {
            return file(other.json(), path);
        }
        throw RequestFields.refusal(path, "this provider does not know parts of this type");
    }

    private ObjectNode image(ContentPart.Image image, JsonNode given, String path) {
        RequestFields.refuseUnknown(given, path, Set.of("type", "image_url", "cache_control"));
        RequestFields.refuseUnknown(given.path("image_url"), path + ".image_url", Set.of("url", "detail"));
        if (image.detail() != null) {
            adjustments.leftOut(
                    path + ".image_url.detail",
                    TextNode.valueOf(image.detail()),
                    "the provider chooses the resolution itself");
        }
        String param = path + ".image_url.url";
        ObjectNode block = object("image");
        if (image.url().regionMatches(true, 0, "https:", 0, 6)) {
            block.putObject("source").put("type", "url").put("url", image.url());
        } else {
            block.set("source", base64(image.url(), param, IMAGES, "a PNG, JPEG, GIF or WebP image"));
        }
        return marked(block, given);
    }

    private ObjectNode file(JsonNode given, String path) {
        RequestFields.refuseUnknown(given, path, Set.of("type", "file", "cache_control"));
        JsonNode file = given.path("file");
        RequestFields.refuseUnknown(file, path + ".file", Set.of("file_data", "filename", "file_id"));
        if (file.hasNonNull("file_id")) {
            throw RequestFields.refusal(path + ".file.file_id", "files are kept by another provider; send file_data");
        }
        ObjectNode block = object("document");
        block.set(
                "source",
                base64(file.path("file_data").asText(), path + ".file.file_data", Set.of(PDF), "a PDF document"));
        if (file.path("filename").isTextual()) {
            block.put("title", file.get("filename").textValue());
        }
        return marked(block, given);
    }

    private static ObjectNode base64(String uri, String param, Set<String> types, String what) {
        int comma = uri.indexOf(',');
        // The head is short; a match over a whole image would be slow.
        Matcher head = DATA_HEAD.matcher(uri.substring(0, Math.max(0, Math.min(comma, 500))));
        String type = head.matches() ? head.group(1).toLowerCase(Locale.ROOT) : "";
        if (!types.contains(type) || comma + 1 == uri.length()) {
            throw AnthropicMessages.invalid(param, "must be " + what + " as a data: URI in base64, or an https URL");
        }
        return object("base64").put("media_type", type).put("data", uri.substring(comma + 1));
    }

    /** Anthropic's own mark on a block; passed on, because a caller who sends it means Anthropic. */
    private static ObjectNode marked(ObjectNode block, JsonNode given) {
        if (given.hasNonNull("cache_control")) {
            block.set("cache_control", given.get("cache_control"));
        }
        return block;
    }

    private static ObjectNode object(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }
}
