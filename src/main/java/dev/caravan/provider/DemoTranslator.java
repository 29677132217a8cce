package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.catalog.Model;
import dev.caravan.error.GatewayException;
import dev.caravan.wire.ChatMessage;
import dev.caravan.wire.ChatRequest;
import dev.caravan.wire.ChatResponse;
import dev.caravan.wire.ContentPart;
import dev.caravan.wire.FinishReason;
import dev.caravan.wire.ReportedUsage;
import java.util.List;
import java.util.UUID;

/**
 * The built-in provider, so that a first run needs no key. What goes to {@link DemoModel}: {@code {"model", "messages":
 * [{"role", "text"}], "max_tokens"}}; what comes back: {@code {"answer", "cut", "prompt_tokens", "answer_tokens"}}.
 */
public final class DemoTranslator implements Translator {

    /** Makes a translator without settings. */
    public DemoTranslator() {}

    @Override
    public UpstreamRequest toUpstream(ChatRequest request, Model model) {
        Adjustments adjustments = new Adjustments();
        RequestFields.check(request, RequestFields.Format.DEMO, adjustments);
        OpenAiTranslator.requireOneChoice(request.body());
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("model", model.upstreamModel());
        ArrayNode messages = body.putArray("messages");
        List<ChatMessage> given = request.messages();
        for (int i = 0; i < given.size(); i++) {
            requireText(given.get(i), i);
            messages.addObject()
                    .put("role", given.get(i).role().wireName())
                    .put("text", given.get(i).text());
        }
        Integer limit = request.maxTokens();
        body.put("max_tokens", limit == null ? model.maxOutputTokens() : limit);
        return new UpstreamRequest("", UpstreamJson.write(body), adjustments.list());
    }

    @Override
    public ChatResponse toResponse(byte[] body, Model model) {
        ObjectNode given = UpstreamJson.object(body);
        JsonNode answer = given.path("answer");
        if (!answer.isTextual()) {
            throw UpstreamJson.fault("the demo model gave no answer");
        }
        FinishReason reason = given.path("cut").asBoolean() ? FinishReason.LENGTH : FinishReason.STOP;
        ReportedUsage usage = new ReportedUsage(
                UpstreamJson.count(given.path("prompt_tokens")),
                UpstreamJson.count(given.path("answer_tokens")),
                null,
                null,
                null,
                null);
        return new ChatResponse(
                "chatcmpl-demo-" + UUID.randomUUID(),
                answer.textValue(),
                null,
                List.of(),
                reason,
                reason.wireName(),
                usage,
                null,
                null,
                given);
    }

    /** The demo streams in OpenAI's format. */
    @Override
    public StreamReader stream(ChatRequest request, Model model) {
        return new OpenAiStream(event -> StreamError.read(event, this));
    }

    @Override
    public GatewayException toError(UpstreamError error) {
        return ErrorReader.read(error, null, false, false, null);
    }

    private static void requireText(ChatMessage message, int index) {
        for (ContentPart part : message.content()) {
            if (part instanceof ContentPart.Image || part instanceof ContentPart.Other) {
                throw RequestFields.refusal("messages[" + index + "].content", "the demo model reads text only");
            }
        }
    }
}
