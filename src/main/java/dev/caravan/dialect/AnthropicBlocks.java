package dev.caravan.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.ProviderFault;
import dev.caravan.wire.ChatChunk;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The content blocks of a stream in Anthropic's format: one open at a time, indexes without gaps. Tool calls may come mingled,
 * so only the first of several is written as it comes; the others wait until the first must be closed.
 */
final class AnthropicBlocks {

    private static final ObjectNode NO_TEXT =
            JsonText.object().put("type", "text").put("text", "");

    private enum Kind {
        NONE,
        TEXT,
        THINKING,
        TOOL
    }

    /** A call that waits. */
    private record Waiting(ChatChunk.ToolCallStart start, StringBuilder arguments) {}

    private final EventText out;
    private final SplitPairs pairs = new SplitPairs();
    private final Map<Integer, Waiting> waiting = new LinkedHashMap<>();
    private Kind open = Kind.NONE;

    /** Which call or block of reasoning is open. */
    private int part;

    /** Of the block that is open, else of the next. */
    private int index;

    private boolean hasText;

    AnthropicBlocks(EventText out) {
        this.out = out;
    }

    /** Counts a block of the provider's own, which stands in the stream already. */
    void passed(ObjectNode event) {
        if (event.path("type").asText().equals("content_block_start")) {
            index = Math.max(index, event.path("index").asInt() + 1);
        }
    }

    void text(String piece) {
        hasText = true;
        writeText(pairs.join(SplitPairs.TEXT, piece));
    }

    /** As in the plain answer, whose text is the refusal's only where there is no other. */
    void refusal(String piece) {
        if (!hasText) {
            writeText(pairs.join(SplitPairs.REFUSAL, piece));
        }
    }

    private void writeText(String piece) {
        if (piece.isEmpty()) {
            return;
        }
        if (open != Kind.TEXT) {
            finish();
            open(Kind.TEXT, 0, NO_TEXT);
        }
        delta("text_delta", "text", piece);
    }

    void reasoning(ChatChunk.Reasoning reasoning) {
        JsonNode delta = reasoning.delta();
        switch (delta.path("type").asText()) {
            case "redacted_thinking" -> {
                finish();
                open(Kind.THINKING, reasoning.block(), delta);
                finish();
            }
            case "thinking_delta" -> {
                thinking(reasoning.block());
                String piece = delta.path("thinking").asText();
                piece = piece.isEmpty() ? piece : pairs.join(SplitPairs.REASONING, piece);
                if (!piece.isEmpty()) {
                    delta("thinking_delta", "thinking", piece);
                }
            }
            case "signature_delta" -> {
                thinking(reasoning.block());
                delta("signature_delta", "signature", delta.path("signature").asText());
            }
            default -> {
                // A kind that is newer than this program.
            }
        }
    }

    private void thinking(int block) {
        if (open != Kind.THINKING || part != block) {
            finish();
            ObjectNode content = JsonText.object().put("type", "thinking").put("thinking", "");
            open(Kind.THINKING, block, content.put("signature", ""));
        }
    }

    void call(ChatChunk.ToolCallStart call) {
        if (open == Kind.TOOL) {
            waiting.put(call.index(), new Waiting(call, new StringBuilder()));
        } else {
            finish();
            openCall(call);
        }
    }

    private void openCall(ChatChunk.ToolCallStart call) {
        ObjectNode content = JsonText.object().put("type", "tool_use");
        content.put("id", call.id()).put("name", call.name()).putObject("input");
        open(Kind.TOOL, call.index(), content);
    }

    void arguments(ChatChunk.ToolCallArguments arguments) {
        Waiting call = waiting.get(arguments.index());
        if (call != null) {
            call.arguments().append(arguments.fragment());
        } else if (open == Kind.TOOL && part == arguments.index()) {
            writeArguments(pairs.join(part, arguments.fragment()));
        } else {
            // To lose a piece would be to call the tool with other arguments.
            throw new ProviderFault(
                    ErrorCode.PROVIDER_ERROR,
                    200,
                    false,
                    null,
                    new IllegalStateException("a tool call went on after its end"));
        }
    }

    private void writeArguments(String piece) {
        if (!piece.isEmpty()) {
            delta("input_json_delta", "partial_json", piece);
        }
    }

    /** Closes what is open, and writes the calls that waited. */
    void finish() {
        close();
        for (Waiting call : waiting.values()) {
            openCall(call.start());
            writeArguments(call.arguments().toString());
            close();
        }
        waiting.clear();
    }

    private void open(Kind kind, int which, JsonNode content) {
        open = kind;
        part = which;
        out.named("content_block_start").json("{\"type\":\"content_block_start\",\"index\":");
        out.number(index).json(",\"content_block\":").made(content).json("}").close();
    }

    private void delta(String type, String field, String piece) {
        out.named("content_block_delta").json("{\"type\":\"content_block_delta\",\"index\":");
        out.number(index).json(",\"delta\":{\"type\":\"").json(type).json("\",\"");
        out.json(field).json("\":").quoted(piece).json("}}").close();
    }

    private void close() {
        if (open != Kind.NONE) {
            out.named("content_block_stop").json("{\"type\":\"content_block_stop\",\"index\":");
            out.number(index).json("}").close();
            index++;
            open = Kind.NONE;
        }
    }
}
