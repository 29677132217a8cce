package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.ProviderFault;
import dev.caravan.wire.ChatResponse;
import dev.caravan.wire.FinishReason;
import dev.caravan.wire.ToolCall;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Gemini's answer in our vocabulary. For one answer, one thread.
 *
 * <p>Source: @google/genai 2.32.0, GenerateContentResponse and FinishReason, read 2026-11-20.
 */
final class GoogleAnswer {

    private final StringBuilder content = new StringBuilder();
    private final List<ToolCall> calls = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();
    private final ArrayNode thoughts = JsonNodeFactory.instance.arrayNode();

    static ChatResponse read(byte[] body) {
        try {
            JsonNode tree = GoogleJson.MAPPER.readTree(body);
            if (tree instanceof ObjectNode object) {
                return new GoogleAnswer().read(object);
            }
            throw new IOException("the answer is no JSON object");
        } catch (IOException e) {
            throw new ProviderFault(ErrorCode.PROVIDER_ERROR, 200, false, null, e);
        }
    }

    private ChatResponse read(ObjectNode tree) throws IOException {
        JsonNode candidates = tree.path("candidates");
        require(absent(candidates) || candidates.isArray(), "candidates is no array");
        FinishReason reason;
        String nativeReason;
        if (candidates.isEmpty()) {
            JsonNode feedback = tree.path("promptFeedback");
            require(feedback.isObject(), "neither candidates nor promptFeedback");
            reason = FinishReason.CONTENT_FILTER;
            nativeReason = text(feedback.path("blockReason"));
        } else {
            // One choice is all that we ever ask for.
            JsonNode candidate = candidates.get(0);
            require(candidate.isObject(), "a candidate is no object");
            readContent(candidate.path("content"));
            nativeReason = text(candidate.path("finishReason"));
            reason = finishReason(nativeReason, !calls.isEmpty());
        }
        String id = text(tree.path("responseId"));
        return new ChatResponse(
                id == null ? "chatcmpl-" + random() : id,
                content.toString(),
                null,
                calls,
                reason,
                nativeReason,
                GoogleUsage.read(tree.path("usageMetadata")),
                thoughts.isEmpty() ? null : thoughts,
                null,
                tree);
    }

    private void readContent(JsonNode given) throws IOException {
        require(absent(given) || given.isObject(), "content is no object");
        JsonNode parts = given.path("parts");
        require(absent(parts) || parts.isArray(), "parts is no array");
        for (JsonNode part : parts) {
            if (part.hasNonNull("functionCall")) {
                calls.add(call(part, ids));
            } else if (part.path("thought").asBoolean()) {
                thoughts.add(part);
            } else if (part.path("text").isTextual()) {
                content.append(part.get("text").textValue());
            }
        }
    }

    /** @param ids of the calls so far, so that each has its own */
    static ToolCall call(JsonNode part, Set<String> ids) {
        JsonNode call = part.path("functionCall");
        String name = text(call.path("name"));
        if (name == null) {
            throw UpstreamJson.fault("a function call has no name");
        }
        String given = text(call.path("id"));
        String id = given == null || !ids.add(given) ? "call_" + random() : given;
        String signature = text(part.path("thoughtSignature"));
        JsonNode args = call.path("args");
        String arguments = absent(args) ? "{}" : args.toString();
        return new ToolCall(new SignedCallId(id, signature).wire(), name, arguments, signature, null);
    }

    /** Our word for Gemini's; an unknown one is a stop, because the list grows. */
    static FinishReason finishReason(@Nullable String reason, boolean calls) {
        if (reason == null) {
            return calls ? FinishReason.TOOL_CALLS : FinishReason.STOP;
        }
        return switch (reason) {
            case "STOP", "FINISH_REASON_UNSPECIFIED" -> calls ? FinishReason.TOOL_CALLS : FinishReason.STOP;
            case "MAX_TOKENS" -> FinishReason.LENGTH;
            case "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII" -> FinishReason.CONTENT_FILTER;
            default -> reason.startsWith("IMAGE_") ? FinishReason.CONTENT_FILTER : FinishReason.STOP;
        };
    }

    private static void require(boolean holds, String otherwise) throws IOException {
        if (!holds) {
            throw new IOException(otherwise);
        }
    }

    private static boolean absent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    private static @Nullable String text(JsonNode node) {
        return node.isTextual() && !node.textValue().isEmpty() ? node.textValue() : null;
    }

    private static String random() {
        return UUID.randomUUID().toString().replace("-", "");
    }
}
