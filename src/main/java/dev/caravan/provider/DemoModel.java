package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * A model that only says which question it got. The same question gets the same answer. A token of it is four bytes of
 * UTF-8, in the prompt and in the answer. Stateless, safe for all threads.
 */
public final class DemoModel {

    private static final int BYTES_PER_TOKEN = 4;
    private static final int LONGEST_QUOTE = 500;

    /** Makes a model without settings. */
    public DemoModel() {}

    /** The answer to a body of {@link DemoTranslator}, which documents both forms. */
    public byte[] answer(byte[] upstreamBody) {
        ObjectNode request = UpstreamJson.object(upstreamBody);
        String question = "";
        long promptBytes = 0;
        for (JsonNode message : request.path("messages")) {
            String text = message.path("text").asText();
            promptBytes += bytes(text);
            if (message.path("role").asText().equals("user")) {
                question = text;
            }
        }
        String whole = words(question);
        String answer = cut(whole, Math.max(1, request.path("max_tokens").asLong(Integer.MAX_VALUE)) * BYTES_PER_TOKEN);
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("answer", answer);
        body.put("cut", answer.length() < whole.length());
        body.put("prompt_tokens", tokens(promptBytes));
        body.put("answer_tokens", tokens(bytes(answer)));
        return UpstreamJson.write(body);
    }

    /** The same answer as a stream in OpenAI's format, word by word. */
    public byte[] stream(byte[] upstreamBody) {
        ObjectNode whole = UpstreamJson.object(answer(upstreamBody));
        StringBuilder events = new StringBuilder();
        String id = "chatcmpl-demo-" + UUID.randomUUID();
        ObjectNode start = chunk(id);
        start.putArray("choices")
                .addObject()
                .put("index", 0)
                .putObject("delta")
                .put("role", "assistant")
                .put("content", "");
        event(events, start.toString());
        for (String word : whole.path("answer").asText().split("(?<= )")) {
            ObjectNode chunk = chunk(id);
            chunk.putArray("choices")
                    .addObject()
                    .put("index", 0)
                    .putObject("delta")
                    .put("content", word);
            event(events, chunk.toString());
        }
        ObjectNode finish = chunk(id);
        ObjectNode choice = finish.putArray("choices").addObject().put("index", 0);
        choice.putObject("delta");
        choice.put("finish_reason", whole.path("cut").asBoolean() ? "length" : "stop");
        event(events, finish.toString());
        ObjectNode usage = chunk(id);
        usage.putArray("choices");
        usage.putObject("usage")
                .put("prompt_tokens", whole.path("prompt_tokens").asLong())
                .put("completion_tokens", whole.path("answer_tokens").asLong());
        event(events, usage.toString());
        event(events, "[DONE]");
        return events.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static ObjectNode chunk(String id) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("object", "chat.completion.chunk")
                .put("created", 0)
                .put("model", "demo");
    }

    private static void event(StringBuilder events, String data) {
        events.append("data: ").append(data).append("\n\n");
    }

    private static String words(String question) {
        String asked = question.isBlank()
                ? "Your question holds no words that I can read."
                : "You asked: \"" + quote(question.strip()) + "\".";
        return "Hello! I am Caravan's demo model. " + asked
                + " I am built in and know nothing of the world, but your request went the whole way through the gateway."
                + " Add a provider's key and choose one of its models for a real answer.";
    }

    private static String quote(String question) {
        return question.codePointCount(0, question.length()) <= LONGEST_QUOTE
                ? question
                : question.substring(0, question.offsetByCodePoints(0, LONGEST_QUOTE)) + "…";
    }

    /** The longest beginning of whole characters that fits. */
    private static String cut(String text, long mostBytes) {
        long bytes = 0;
        int end = 0;
        while (end < text.length()) {
            int next = end + Character.charCount(text.codePointAt(end));
            bytes += bytes(text.substring(end, next));
            if (bytes > mostBytes) {
                break;
            }
            end = next;
        }
        return text.substring(0, end);
    }

    private static long tokens(long bytes) {
        return Math.max(1, (bytes + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
