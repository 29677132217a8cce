package dev.caravan.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.wire.Tool;
import dev.caravan.wire.ToolCall;
import dev.caravan.wire.ToolChoice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code tools}, {@code tool_choice} and {@code tool_calls} of OpenAI's format. Source: openai 6.49.0, ChatCompletionTool,
 * ChatCompletionToolChoiceOption and ChatCompletionMessageToolCall, read 2026-11-20.
 */
final class ToolReader {

    private static final String KINDS = "must be function or custom";

    private ToolReader() {}

    static List<Tool> tools(BodyFields request) {
        List<Tool> tools = new ArrayList<>();
        for (BodyFields tool : request.objects("tools")) {
            tools.add(tool(tool));
        }
        return tools;
    }

    private static Tool tool(BodyFields tool) {
        String type = tool.requireText("type");
        return switch (type) {
            case "function" -> {
                BodyFields function = tool.requireObject("function");
                BodyFields parameters = function.object("parameters");
                yield new Tool(
                        type,
                        function.requireFilled("name"),
                        function.text("description"),
                        parameters == null ? null : parameters.node(),
                        function.flag("strict"));
            }
            case "custom" -> {
                BodyFields custom = tool.requireObject("custom");
                yield new Tool(type, custom.requireFilled("name"), custom.text("description"), null, null);
            }
            default -> throw Refusals.value(tool.at("type"), KINDS);
        };
    }

    static @Nullable ToolChoice choice(BodyFields request, List<Tool> tools) {
        JsonNode value = request.find("tool_choice");
        if (value == null) {
            return null;
        }
        if (value.isTextual()) {
            return switch (value.textValue()) {
                case "auto" -> new ToolChoice(ToolChoice.Mode.AUTO, null);
                case "none" -> new ToolChoice(ToolChoice.Mode.NONE, null);
                case "required" -> new ToolChoice(ToolChoice.Mode.REQUIRED, null);
                default ->
                    throw Refusals.value(
                            "tool_choice", "must be auto, none, required, or an object that names a function");
            };
        }
        if (!value.isObject()) {
            throw Refusals.type("tool_choice", "a string or an object", value);
        }
        BodyFields choice = BodyFields.of("tool_choice", value);
        return switch (choice.requireText("type")) {
            case "function" -> named(choice.requireObject("function"), tools);
            case "allowed_tools", "custom" -> new ToolChoice(ToolChoice.Mode.OTHER, null);
            default -> throw Refusals.value(choice.at("type"), "must be one of function, allowed_tools, custom");
        };
    }

    private static ToolChoice named(BodyFields function, List<Tool> tools) {
        String name = function.requireFilled("name");
        if (tools.stream().noneMatch(t -> t.name().equals(name))) {
            throw Refusals.value(function.at("name"), "must be the name of one of tools");
        }
        return new ToolChoice(ToolChoice.Mode.NAMED, name);
    }

    static List<ToolCall> calls(BodyFields message) {
        List<ToolCall> calls = new ArrayList<>();
        for (BodyFields call : message.objects("tool_calls")) {
            calls.add(call(call));
        }
        return calls;
    }

    private static ToolCall call(BodyFields call) {
        String id = call.requireFilled("id");
        String type = call.requireText("type");
        return switch (type) {
            case "function" -> {
                BodyFields function = call.requireObject("function");
                yield new ToolCall(
                        id,
                        function.requireFilled("name"),
                        function.requireText("arguments"),
                        thoughtSignature(call),
                        call.node());
            }
            case "custom" -> {
                BodyFields custom = call.requireObject("custom");
                yield new ToolCall(id, custom.requireFilled("name"), custom.requireText("input"), null, call.node());
            }
            default -> throw Refusals.value(call.at("type"), KINDS);
        };
    }

    /** Where Google's own OpenAI-compatible endpoint puts it. */
    private static @Nullable String thoughtSignature(BodyFields call) {
        BodyFields extra = call.object("extra_content");
        BodyFields google = extra == null ? null : extra.object("google");
        return google == null ? null : google.text("thought_signature");
    }
}
