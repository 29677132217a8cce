package dev.caravan.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message of a conversation.
 *
 * @param content its parts in order; empty for an assistant turn that only calls tools
 * @param toolCalls of an assistant turn; empty elsewhere
 * @param toolCallId of a tool message: the call that it answers; null elsewhere
 * @param name the participant's or function's name; null where none was given
 */
public record ChatMessage(
        Role role,
        List<ContentPart> content,
        List<ToolCall> toolCalls,
        @Nullable String toolCallId,
        @Nullable String name) {

    public ChatMessage {
        content = List.copyOf(content);
        toolCalls = List.copyOf(toolCalls);
    }

    /** The text parts joined with nothing between; empty where there is none. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (ContentPart part : content) {
            if (part instanceof ContentPart.Text t) {
                text.append(t.text());
            }
        }
        return text.toString();
    }
}
