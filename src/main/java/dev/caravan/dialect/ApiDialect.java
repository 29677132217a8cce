package dev.caravan.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.catalog.Model;
import dev.caravan.error.GatewayException;
import dev.caravan.wire.ChatRequest;
import dev.caravan.wire.ChatResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Our own contract: {@code POST /api/chat/completions}. The request is OpenAI's, the answer is flat and says what it cost. */
public final class ApiDialect implements Dialect {

    private final Supplier<String> newSessionId;

    /** @param newSessionId makes the session's id for a caller who sends none; safe for all threads */
    public ApiDialect(Supplier<String> newSessionId) {
        this.newSessionId = newSessionId;
    }

    @Override
    public ChatRequest parse(byte[] body, IdHeaders headers) {
        ObjectNode json = CallerJson.read(body);
        BodyFields fields = BodyFields.of("", json);
        ChatRequest request = ChatRequestParser.parse(json, Identity.ofBody(fields, newSessionId));
        Long choices = fields.whole("n", 1, Long.MAX_VALUE);
        if (choices != null && choices > 1) {
            // All choices would be billed and all but one thrown away.
            throw Refusals.unsupported("n", "must be 1 here: the answer has one choice");
        }
        return request;
    }

    @Override
    public byte[] answer(Answer answer) {
        ObjectNode body = tail(answer);
        ObjectNode whole = JsonText.object();
        // Read by people: the identity and the text come first.
        for (String first : new String[] {"id", "model", "provider", "served_by"}) {
            JsonNode value = body.remove(first);
            if (value != null) {
                whole.set(first, value);
            }
        }
        whole.put("content", AnswerParts.content(answer.response()));
        whole.setAll(body);
        return JsonText.bytes(whole);
    }

    /** Everything the answer has except {@code content}: what a stream ends with. */
    ObjectNode tail(Answer answer) {
        ChatRequest request = answer.request();
        ChatResponse response = answer.response();
        ObjectNode body = JsonText.object();
        body.put("id", response.id());
        body.put("model", request.model());
        body.put("provider", answer.model().provider());
        if (answer.isOfFallback()) {
            body.put("served_by", answer.model().id());
        }
        AnswerParts.putToolCalls(body, response.toolCalls());
        body.put("finish_reason", response.finishReason().wireName());
        AnswerParts.putUsage(body.putObject("usage"), answer.usage());
        body.set("cost", AnswerParts.cost(answer.charge()));
        AnswerParts.putAdjustments(body, answer.adjustments());
        JsonNode logprobs = response.logprobs();
        if (logprobs != null && !logprobs.isNull()) {
            body.set("logprobs", logprobs);
        }
        body.put("session_id", request.sessionId());
        body.put(
                "created_at", answer.createdAt().truncatedTo(ChronoUnit.SECONDS).toString());
        return body;
    }

    @Override
    public StreamWriter stream(ChatRequest request, Model model, String answerId, Instant createdAt) {
        return new ApiStream(this);
    }

    @Override
    public byte[] error(GatewayException failure, @Nullable String requestId) {
        return AnswerParts.error(failure, requestId);
    }
}
