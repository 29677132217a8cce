package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.error.GatewayException;
import dev.caravan.wire.ChatChunk;
import dev.caravan.wire.ChatResponse;
import dev.caravan.wire.FinishReason;
import dev.caravan.wire.StreamEvent;
import dev.caravan.wire.ToolCall;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Gemini's stream: each event is an answer with more of the parts; counters are running totals; it ends with the connection.
 *
 * <p>Source: @google/genai 2.32.0, GenerateContentResponse, read 2026-11-20.
 */
final class GoogleStream implements StreamReader {

    private static final String FORMAT = "google";

    private final AnswerSoFar answer = new AnswerSoFar();
    private final Set<String> ids = new HashSet<>();
    private final Function<ObjectNode, GatewayException> error;
    private boolean ended;

    /** @param error what an event that holds an error means */
    GoogleStream(Function<ObjectNode, GatewayException> error) {
        this.error = error;
    }

    @Override
    public StreamEvent read(SseEvent event) {
        ObjectNode json = UpstreamJson.objectOrListed(event.data());
        if (json.hasNonNull("error")) {
            throw error.apply(json);
        }
        answer.id(UpstreamJson.text(json.path("responseId")));
        answer.usage(json.path("usageMetadata"));
        List<ChatChunk> chunks = new ArrayList<>();
        JsonNode candidate = json.path("candidates").path(0);
        for (JsonNode part : candidate.path("content").path("parts")) {
            part(part, chunks);
        }
        String reason = UpstreamJson.text(candidate.path("finishReason"));
        String blocked = UpstreamJson.text(json.path("promptFeedback").path("blockReason"));
        if (reason != null && !answer.isFinished()) {
            chunks.add(answer.add(
                    new ChatChunk.Finish(GoogleAnswer.finishReason(reason, answer.callCount() > 0), reason)));
        } else if (blocked != null && !answer.isFinished()) {
            chunks.add(answer.add(new ChatChunk.Finish(FinishReason.CONTENT_FILTER, blocked)));
        }
        return new StreamEvent(chunks, json, FORMAT);
    }

    private void part(JsonNode part, List<ChatChunk> chunks) {
        String text = UpstreamJson.text(part.path("text"));
        if (part.hasNonNull("functionCall")) {
            int index = answer.callCount();
            ToolCall call = GoogleAnswer.call(part, ids);
            chunks.add(answer.add(new ChatChunk.ToolCallStart(index, call.id(), call.name(), call.thoughtSignature())));
            chunks.add(answer.add(new ChatChunk.ToolCallArguments(index, call.arguments())));
        } else if (text != null && part.path("thought").asBoolean()) {
            ObjectNode delta = JsonNodeFactory.instance.objectNode();
            chunks.add(new ChatChunk.Reasoning(
                    0, delta.put("type", "thinking_delta").put("thinking", text)));
        } else if (text != null) {
            chunks.add(answer.add(new ChatChunk.Text(text)));
        }
    }

    /** The last counters may come after the finish reason, so only the connection's end is the end. */
    @Override
    public boolean isComplete() {
        return ended;
    }

    @Override
    public StreamEvent end() {
        if (!answer.isFinished()) {
            throw UpstreamJson.fault("the stream broke off before its finish reason");
        }
        ended = true;
        return new StreamEvent(List.of(), null, FORMAT);
    }

    @Override
    public ChatResponse soFar() {
        return answer.whole(GoogleUsage::read);
    }
}
