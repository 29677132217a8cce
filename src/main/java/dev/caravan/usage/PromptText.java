package dev.caravan.usage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.wire.ChatMessage;
import dev.caravan.wire.ChatRequest;
import dev.caravan.wire.ContentPart;
import dev.caravan.wire.ResponseFormat;
import dev.caravan.wire.Tool;
import dev.caravan.wire.ToolCall;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a model reads of a request as text: messages, tool calls, tool definitions, the answer's schema. Images, sound and
 * files are no text; what they cost is known only to the provider.
 *
 * @param texts in order, none empty
 * @param frameTokens tokens that surround the texts: four a message, three for the answer's start (OpenAI's format)
 */
record PromptText(List<String> texts, long frameTokens) {

    private static final long TOKENS_A_MESSAGE = 4;
    private static final long TOKENS_FOR_THE_ANSWER = 3;

    static PromptText of(ChatRequest request) {
        List<String> texts = new ArrayList<>();
        for (ChatMessage message : request.messages()) {
            add(texts, message.name());
            message.content().forEach(part -> add(texts, text(part)));
            for (ToolCall call : message.toolCalls()) {
                add(texts, call.name());
                add(texts, call.arguments());
            }
        }
        for (Tool tool : request.tools()) {
            add(texts, tool.name());
            add(texts, tool.description());
            add(texts, tool.parameters());
        }
        ResponseFormat format = request.responseFormat();
        if (format != null) {
            add(texts, format.schema());
        }
        return new PromptText(texts, TOKENS_A_MESSAGE * request.messages().size() + TOKENS_FOR_THE_ANSWER);
    }

    private static @Nullable String text(ContentPart part) {
        if (part instanceof ContentPart.Text text) {
            return text.text();
        }
        return part instanceof ContentPart.Refusal refusal ? refusal.refusal() : null;
    }

    private static void add(List<String> texts, @Nullable JsonNode json) {
        if (json != null) {
            add(texts, json.toString());
        }
    }

    private static void add(List<String> texts, @Nullable String text) {
        if (text != null && !text.isEmpty()) {
            texts.add(text);
        }
    }

    /** In UTF-8. */
    long bytes() {
        long bytes = 0;
        for (String text : texts) {
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                // Each half of a surrogate pair counts two of the pair's four bytes.
                bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
            }
        }
        return bytes;
    }
}
