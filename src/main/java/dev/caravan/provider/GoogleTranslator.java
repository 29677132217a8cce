package dev.caravan.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.catalog.Model;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.GatewayException;
import dev.caravan.error.RequestException;
import dev.caravan.wire.ChatRequest;
import dev.caravan.wire.ChatResponse;

/**
 * Gemini's {@code generateContent}.
 *
 * <p>Source: @google/genai 2.32.0, GenerateContentParameters, read 2026-11-20.
 */
public final class GoogleTranslator implements Translator {

    @Override
    public UpstreamRequest toUpstream(ChatRequest request, Model model) {
        Adjustments adjustments = new Adjustments();
        RequestFields.check(request, RequestFields.Format.GOOGLE, adjustments);
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        new GoogleContents(adjustments).write(request, body);
        GoogleTools.write(request, body, adjustments);
        new GoogleSettings(adjustments).write(request, model, body);
        // Without alt=sse the pieces come as one JSON array.
        String method = request.stream() ? ":streamGenerateContent?alt=sse" : ":generateContent";
        return new UpstreamRequest("/" + model.upstreamModel() + method, bytes(body), adjustments.list());
    }

    @Override
    public ChatResponse toResponse(byte[] body, Model model) {
        return GoogleAnswer.read(body);
    }

    @Override
    public StreamReader stream(ChatRequest request, Model model) {
        return new GoogleStream(event -> StreamError.read(event, this));
    }

    @Override
    public GatewayException toError(UpstreamError error) {
        return GoogleError.read(error);
    }

    private static byte[] bytes(ObjectNode body) {
        try {
            return GoogleJson.MAPPER.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            // Jackson writes every tree but one that is deeper than its limit, which arguments or a schema can reach.
            throw new RequestException(ErrorCode.INVALID_VALUE, "the request is nested too deeply", "messages");
        }
    }
}
