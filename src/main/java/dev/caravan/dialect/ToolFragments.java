package dev.caravan.dialect;

import dev.caravan.wire.ChatChunk;

/** A tool call in pieces, in OpenAI's words: an object's beginning and its {@code tool_calls}; the caller closes the object. */
final class ToolFragments {

    private ToolFragments() {}

    static void start(EventText out, ChatChunk.ToolCallStart call) {
        out.json("{\"tool_calls\":[{\"index\":").number(call.index());
        out.json(",\"id\":").quoted(call.id());
        out.json(",\"type\":\"function\",\"function\":{\"name\":").quoted(call.name());
        out.json(",\"arguments\":\"\"}");
        String signature = call.thoughtSignature();
        if (signature != null) {
            out.json(",\"extra_content\":{\"google\":{\"thought_signature\":")
                    .quoted(signature)
                    .json("}}");
        }
        out.json("}]");
    }

    static void arguments(EventText out, int index, String fragment) {
        out.json("{\"tool_calls\":[{\"index\":").number(index);
        out.json(",\"function\":{\"arguments\":").quoted(fragment).json("}}]");
    }
}
