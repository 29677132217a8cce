package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.catalog.Model;
import dev.caravan.error.GatewayException;
import dev.caravan.wire.ChatRequest;
import dev.caravan.wire.ChatResponse;
import java.util.Set;

/**
 * Anthropic's Messages API.
 *
 * <p>Source: @anthropic-ai/sdk 1.12.0, MessageCreateParams and ErrorResponse, read 2026-11-20.
 */
public final class AnthropicTranslator implements Translator {

    private static final Set<String> KEY_REFUSED = Set.of("authentication_error", "permission_error");
    private static final String SPEND_LIMIT = "enforced_spend_limit_reached";
    private static final Set<String> QUOTA_GONE = Set.of("billing_error", SPEND_LIMIT);

    @Override
    public UpstreamRequest toUpstream(ChatRequest request, Model model) {
        Adjustments adjustments = new Adjustments();
        ObjectNode body = request.anthropic() == null
                ? translated(request, model, adjustments)
                : asItCame(request.anthropic().json(), model, adjustments);
        return new UpstreamRequest("", UpstreamJson.write(body), adjustments.list());
    }

    private static ObjectNode translated(ChatRequest request, Model model, Adjustments adjustments) {
        RequestFields.check(request, RequestFields.Format.ANTHROPIC, adjustments);
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("model", model.upstreamModel());
        new AnthropicMessages(adjustments).write(request, body);
        AnthropicTools.write(request, body);
        new AnthropicSettings(request, model, adjustments).write(body);
        return body;
    }

    /** The caller speaks Anthropic's format: nothing of its body is lost, unknown fields included. */
    private static ObjectNode asItCame(ObjectNode given, Model model, Adjustments adjustments) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.setAll(given);
        body.put("model", model.upstreamModel());
        if (!model.capabilities().sampling()) {
            for (String field : new String[] {"temperature", "top_p", "top_k"}) {
                JsonNode value = body.remove(field);
                if (value != null) {
                    adjustments.leftOut(field, value, AnthropicSettings.NO_SAMPLING);
                }
            }
        }
        return body;
    }

    @Override
    public ChatResponse toResponse(byte[] body, Model model) {
        return AnthropicAnswer.read(body);
    }

    @Override
    public StreamReader stream(ChatRequest request, Model model) {
        return new AnthropicStream(event -> StreamError.read(event, this));
    }

    @Override
    public GatewayException toError(UpstreamError error) {
        JsonNode found = ErrorReader.errorObject(error);
        boolean quotaGone = ErrorReader.says(found.path("type"), QUOTA_GONE)
                || ErrorReader.says(found.path("code"), QUOTA_GONE)
                || ErrorReader.says(found.path("details").path("error_code"), QUOTA_GONE)
                || (error.status() == 429 && namesSpendLimit(found));
        boolean badKey = error.status() < 500 && ErrorReader.says(found.path("type"), KEY_REFUSED);
        return ErrorReader.read(error, null, badKey, quotaGone, null);
    }

    /** Only to be asked of a 429: a 400 may repeat a caller's words. */
    private static boolean namesSpendLimit(JsonNode found) {
        return found.path("message").asText().contains(SPEND_LIMIT)
                || found.path("details").toString().contains(SPEND_LIMIT);
    }
}
