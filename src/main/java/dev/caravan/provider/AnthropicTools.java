package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.wire.ChatRequest;
import dev.caravan.wire.Tool;
import dev.caravan.wire.ToolChoice;
import java.util.List;
import java.util.Set;

/**
 * The tools that the model may call, and whether it must.
 *
 * <p>Source: @anthropic-ai/sdk 1.12.0, Tool and ToolChoice, read 2026-11-20.
 */
final class AnthropicTools {

    private AnthropicTools() {}

    static void write(ChatRequest request, ObjectNode target) {
        List<Tool> tools = request.tools();
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < tools.size(); i++) {
            list.add(tool(tools.get(i), request.body().path("tools").path(i), "tools[" + i + "]"));
        }
        if (!list.isEmpty()) {
            target.set("tools", list);
        }
        ToolChoice choice = request.toolChoice();
        boolean oneAtATime = Boolean.FALSE.equals(request.parallelToolCalls()) && !list.isEmpty();
        if (choice == null && !oneAtATime) {
            return;
        }
        ObjectNode chosen = choice == null
                ? JsonNodeFactory.instance.objectNode().put("type", "auto")
                : choice(choice, request.body().path("tool_choice"));
        if (oneAtATime && !chosen.path("type").asText().equals("none")) {
            chosen.put("disable_parallel_tool_use", true);
        }
        target.set("tool_choice", chosen);
    }

    private static ObjectNode tool(Tool tool, JsonNode given, String path) {
        if (!tool.type().equals("function")) {
            throw RequestFields.refusal(path + ".type", "it knows tools of type function only");
        }
        RequestFields.refuseUnknown(given, path, Set.of("type", "function", "cache_control"));
        RequestFields.refuseUnknown(
                given.path("function"), path + ".function", Set.of("name", "description", "parameters", "strict"));
        ObjectNode block = JsonNodeFactory.instance.objectNode().put("name", tool.name());
        if (tool.description() != null) {
            block.put("description", tool.description());
        }
        JsonNode parameters = tool.parameters();
        if (parameters == null || !parameters.isObject() || parameters.isEmpty()) {
            block.putObject("input_schema").put("type", "object").putObject("properties");
        } else {
            block.set("input_schema", parameters);
        }
        if (tool.strict() != null) {
            block.put("strict", tool.strict());
        }
        if (given.hasNonNull("cache_control")) {
            block.set("cache_control", given.get("cache_control"));
        }
        return block;
    }

    private static ObjectNode choice(ToolChoice choice, JsonNode given) {
        ObjectNode chosen = JsonNodeFactory.instance.objectNode();
        return switch (choice.mode()) {
            case AUTO -> chosen.put("type", "auto");
            case NONE -> chosen.put("type", "none");
            case REQUIRED -> chosen.put("type", "any");
            case NAMED -> {
                RequestFields.refuseUnknown(given, "tool_choice", Set.of("type", "function"));
                RequestFields.refuseUnknown(given.path("function"), "tool_choice.function", Set.of("name"));
                yield chosen.put("type", "tool").put("name", choice.name());
            }
            case OTHER -> throw RequestFields.refusal("tool_choice", "it knows no choice of this type");
        };
    }
}
