package dev.caravan.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.wire.ChatMessage;
import dev.caravan.wire.ContentPart;
import dev.caravan.wire.Role;
import dev.caravan.wire.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** {@code messages} of OpenAI's format. Source: openai 6.49.0, ChatCompletionMessageParam, read 2026-11-20. */
final class MessageReader {

    private static final String ROLES = "must be one of system, developer, user, assistant, tool";

    private static final Pattern IMAGE_URL =
            Pattern.compile("(?i)https://[^/?#\\s]\\S*|data:image/[a-z0-9.+-]+;base64,\\S+");

    private static final int LOOKED_AT = 200;

    private MessageReader() {}

    /** At least one message, at least one of them a user's. */
    static List<ChatMessage> read(BodyFields request) {
        request.require("messages", "an array of messages");
        List<ChatMessage> messages = new ArrayList<>();
        for (BodyFields message : request.objects("messages")) {
            messages.add(message(message));
        }
        if (messages.isEmpty()) {
            throw Refusals.value("messages", "must not be empty");
        }
        if (messages.stream().noneMatch(m -> m.role() == Role.USER)) {
            throw Refusals.value("messages", "must contain at least one message with role \"user\"");
        }
        return messages;
    }

    private static ChatMessage message(BodyFields message) {
        Role role = Role.of(message.requireText("role"));
        if (role == null) {
            throw Refusals.value(message.at("role"), ROLES);
        }
        List<ToolCall> calls = role == Role.ASSISTANT ? ToolReader.calls(message) : List.of();
        String callId = role == Role.TOOL ? message.requireFilled("tool_call_id") : null;
        return new ChatMessage(role, content(message, role, !calls.isEmpty()), calls, callId, message.text("name"));
    }

    private static List<ContentPart> content(BodyFields message, Role role, boolean callsTools) {
        List<ContentPart> content = new ArrayList<>();
        JsonNode value = message.find("content");
        String refusal = role == Role.ASSISTANT ? message.text("refusal") : null;
        if (value == null) {
            // An assistant's turn may be something else than text: calls, a refusal, the name of an earlier audio
            // answer.
            boolean mayBeSilent = callsTools || refusal != null || message.find("audio") != null;
            if (role != Role.ASSISTANT || !(mayBeSilent || message.find("function_call") != null)) {
                throw Refusals.missing(message.at("content"), "a string or an array of parts");
            }
        } else if (value.isTextual()) {
            content.add(new ContentPart.Text(value.textValue()));
        } else if (value.isArray()) {
            for (BodyFields part : message.objects("content")) {
                content.add(part(part, role));
            }
            if (content.isEmpty() && !callsTools) {
                throw Refusals.value(message.at("content"), "must not be an empty array");
            }
        } else {
            throw Refusals.type(message.at("content"), "a string or an array of parts", value);
        }
        if (refusal != null) {
            content.add(new ContentPart.Refusal(refusal));
        }
        return content;
    }

    private static ContentPart part(BodyFields part, Role role) {
        String type = part.requireFilled("type");
        if (type.equals("text")) {
            return new ContentPart.Text(part.requireText("text"));
        }
        if (role == Role.ASSISTANT && type.equals("refusal")) {
            return new ContentPart.Refusal(part.requireText("refusal"));
        }
        if (role != Role.USER) {
            String types = role == Role.ASSISTANT ? "must be text or refusal" : "must be text";
            throw Refusals.value(part.at("type"), types + " in a message with role \"" + role.wireName() + '"');
        }
        return type.equals("image_url") ? image(part.requireObject("image_url")) : other(type, part);
    }

    private static ContentPart image(BodyFields image) {
        String url = image.requireText("url");
        requireImageUrl(url, image.at("url"), "must be an https URL or a data:image/...;base64, URI");
        return new ContentPart.Image(url, image.text("detail"));
    }

    static void requireImageUrl(String url, String param, String demand) {
        // Only the beginning is matched: the rest may have megabytes.
        boolean good = IMAGE_URL
                        .matcher(url.substring(0, Math.min(url.length(), LOOKED_AT)))
                        .matches()
                && (url.length() <= LOOKED_AT || url.chars().noneMatch(c -> c <= ' '));
        if (!good) {
            throw Refusals.value(param, demand);
        }
    }

    private static ContentPart other(String type, BodyFields part) {
        return new ContentPart.Other(type, part.node());
    }
}
