package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.error.GatewayException;
import dev.caravan.wire.ChatChunk;
import dev.caravan.wire.ChatResponse;
import dev.caravan.wire.StreamEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * OpenAI's stream: chunks with deltas, the usage in a chunk without choices, {@code [DONE]}.
 *
 * <p>Source: openai 6.49.0, ChatCompletionChunk, read 2026-11-20.
 */
final class OpenAiStream implements StreamReader {

    private static final String FORMAT = "openai";

    private final AnswerSoFar answer = new AnswerSoFar();
    private final OpenAiCallPieces calls = new OpenAiCallPieces(answer);
    private final Function<ObjectNode, GatewayException> error;
    private final RepeatedText repeats = new RepeatedText("content", FORMAT, answer);
    private boolean done;

    /** @param error what an event that holds an error means */
    OpenAiStream(Function<ObjectNode, GatewayException> error) {
        this.error = error;
    }

    @Override
    public StreamEvent read(SseEvent event) {
        StreamEvent repeat = repeats.find(event);
        if (repeat != null) {
            return repeat;
        }
        if (event.data().strip().equals("[DONE]")) {
            done = true;
            return new StreamEvent(List.of(), null, FORMAT);
        }
        ObjectNode json = UpstreamJson.object(event.data());
        if (json.hasNonNull("error") || event.event().equals("error")) {
            throw error.apply(json);
        }
        answer.id(UpstreamJson.text(json.path("id")));
        answer.usage(json.path("usage"));
        List<ChatChunk> chunks = new ArrayList<>();
        JsonNode choice = json.path("choices").path(0);
        if (choice.isObject()) {
            delta(choice.path("delta"), chunks);
            String reason = UpstreamJson.text(choice.path("finish_reason"));
            if (reason != null && !answer.isFinished()) {
                chunks.add(answer.add(new ChatChunk.Finish(OpenAiAnswer.finishReason(reason), reason)));
            }
        }
        return repeats.remember(event, new StreamEvent(chunks, json, FORMAT));
    }

    private void delta(JsonNode delta, List<ChatChunk> chunks) {
        String text = OpenAiAnswer.optionalText(delta, "content");
        if (text != null && !text.isEmpty()) {
            chunks.add(answer.add(new ChatChunk.Text(text)));
        }
        String refusal = OpenAiAnswer.optionalText(delta, "refusal");
        if (refusal != null && !refusal.isEmpty()) {
            chunks.add(answer.add(new ChatChunk.Refusal(refusal)));
        }
        calls.read(delta, chunks);
    }

    /** Only {@code [DONE]} ends it: the usage comes after the finish reason. */
    @Override
    public boolean isComplete() {
        return done;
    }

    @Override
    public StreamEvent end() {
        if (!answer.isFinished()) {
            throw UpstreamJson.fault("the stream broke off before its finish reason");
        }
        done = true;
        return new StreamEvent(List.of(), null, FORMAT);
    }

    @Override
    public ChatResponse soFar() {
        return answer.whole(OpenAiAnswer::usage);
    }
}
