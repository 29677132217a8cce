package dev.caravan.stub;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** A text as each provider streams it, with its usage. */
final class SpokenStream {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PIECE = 12;

    private final StringBuilder events = new StringBuilder();

    private SpokenStream() {}

    static String of(Format format, Reply reply) {
        SpokenStream stream = new SpokenStream();
        List<String> pieces = pieces(reply.text());
        switch (format) {
            case OPENAI, COMPATIBLE -> stream.openAi(pieces, reply.usage());
            case ANTHROPIC -> stream.anthropic(pieces, reply.usage());
            case GOOGLE -> stream.google(pieces, reply.usage());
        }
        return stream.events.toString();
    }

    private static List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int to = Math.min(text.length(), from + PIECE);
            if (Character.isHighSurrogate(text.charAt(to - 1))) {
                to++;
            }
            pieces.add(text.substring(from, to));
            from = to;
        }
        return pieces;
    }

    private void openAi(List<String> pieces, long[] usage) {
        for (String piece : pieces) {
            ObjectNode chunk = openAiChunk();
            ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
            choice.putObject("delta").put("role", "assistant").put("content", piece);
            choice.putNull("finish_reason");
            data(chunk);
        }
        ObjectNode finish = openAiChunk();
        ObjectNode choice = finish.putArray("choices").addObject().put("index", 0);
        choice.putObject("delta");
        choice.put("finish_reason", "stop");
        data(finish);
        ObjectNode last = openAiChunk();
        last.putArray("choices");
        ObjectNode counts = last.putObject("usage")
                .put("prompt_tokens", usage[0])
                .put("completion_tokens", usage[1])
                .put("total_tokens", usage[0] + usage[1]);
        if (usage.length > 2) {
            counts.putObject("prompt_tokens_details").put("cached_tokens", usage[2]);
            counts.putObject("completion_tokens_details").put("reasoning_tokens", usage[3]);
        }
        data(last);
        events.append("data: [DONE]\n\n");
    }

    private static ObjectNode openAiChunk() {
        return JSON.createObjectNode()
                .put("id", "chatcmpl-stub")
                .put("object", "chat.completion.chunk")
                .put("created", 1_700_000_000)
                .put("model", "upstream-model");
    }

    private void anthropic(List<String> pieces, long[] usage) {
        ObjectNode start = event("message_start");
        ObjectNode message = start.putObject("message")
                .put("id", "msg_stub")
                .put("type", "message")
                .put("role", "assistant")
                .put("model", "upstream-model");
        message.putArray("content");
        message.putNull("stop_reason").putNull("stop_sequence");
        message.putObject("usage").put("input_tokens", usage[0]).put("output_tokens", 1);
        named(start);
        ObjectNode open = event("content_block_start").put("index", 0);
        open.putObject("content_block").put("type", "text").put("text", "");
        named(open);
        for (String piece : pieces) {
            ObjectNode delta = event("content_block_delta").put("index", 0);
            delta.putObject("delta").put("type", "text_delta").put("text", piece);
            named(delta);
        }
        named(event("content_block_stop").put("index", 0));
        ObjectNode end = event("message_delta");
        end.putObject("delta").put("stop_reason", "end_turn").putNull("stop_sequence");
        end.putObject("usage").put("output_tokens", usage[1]);
        named(end);
        named(event("message_stop"));
    }

    private void google(List<String> pieces, long[] usage) {
        for (int i = 0; i < pieces.size(); i++) {
            ObjectNode chunk = JSON.createObjectNode();
            ObjectNode candidate = chunk.putArray("candidates").addObject().put("index", 0);
            candidate
                    .putObject("content")
                    .put("role", "model")
                    .putArray("parts")
                    .addObject()
                    .put("text", pieces.get(i));
            if (i == pieces.size() - 1) {
                candidate.put("finishReason", "STOP");
            }
            chunk.putObject("usageMetadata")
                    .put("promptTokenCount", usage[0])
                    .put("candidatesTokenCount", usage[1])
                    .put("totalTokenCount", usage[0] + usage[1]);
            chunk.put("responseId", "stub");
            data(chunk);
        }
    }

    private static ObjectNode event(String type) {
        return JSON.createObjectNode().put("type", type);
    }

    private void named(ObjectNode event) {
        events.append("event: ").append(event.path("type").asText()).append('\n');
        data(event);
    }

    private void data(ObjectNode event) {
        events.append("data: ").append(event).append("\n\n");
    }
}
