package dev.caravan.dialect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * {@code tools} and {@code tool_choice} of Anthropic's format in OpenAI's. Source: @anthropic-ai/sdk 1.12.0, ToolUnion and
 * ToolChoice, read 2026-11-20.
 */
final class AnthropicTools {

    /** What {@link #read} translates, and a hint that changes the price and never the answer. */
    private static final Set<String> TRANSLATED =
            Set.of("type", "name", "description", "input_schema", "strict", "cache_control");

    private final ObjectNode out;
    private final List<String> onlyThere;
    private final Set<String> names = new HashSet<>();

    /** @param onlyThere takes the paths of what OpenAI's format cannot say */
    AnthropicTools(ObjectNode out, List<String> onlyThere) {
        this.out = out;
        this.onlyThere = onlyThere;
    }

    void read(BodyFields request) {
        ArrayNode tools = JsonText.NODES.arrayNode();
        for (BodyFields tool : request.objects("tools")) {
            String type = tool.text("type");
            if (type == null || type.equals("custom")) {
                tools.add(tool(tool));
            } else {
                // A tool that Anthropic itself runs.
                onlyThere.add(tool.at("type"));
            }
        }
        if (!tools.isEmpty()) {
            out.set("tools", tools);
        }
        BodyFields choice = request.object("tool_choice");
        if (choice != null) {
            choice(choice);
        }
    }

    private ObjectNode tool(BodyFields tool) {
        ObjectNode function = JsonText.object();
        String name = tool.requireFilled("name");
        names.add(name);
        function.put("name", name);
        String description = tool.text("description");
        if (description != null) {
            function.put("description", description);
        }
        function.set("parameters", tool.requireObject("input_schema").node());
        Boolean strict = tool.flag("strict");
        if (strict != null) {
            function.put("strict", strict);
        }
        for (String field : (Iterable<String>) tool.node()::fieldNames) {
            if (!TRANSLATED.contains(field) && tool.find(field) != null) {
                onlyThere.add(tool.at(field));
            }
        }
        ObjectNode made = JsonText.object().put("type", "function");
        made.set("function", function);
        return made;
    }

    private void choice(BodyFields choice) {
        switch (choice.requireText("type")) {
            case "auto" -> out.put("tool_choice", "auto");
            case "any" -> out.put("tool_choice", "required");
            case "none" -> out.put("tool_choice", "none");
            case "tool" -> named(choice);
            default -> throw Refusals.value(choice.at("type"), "must be one of auto, any, tool, none");
        }
        if (Boolean.TRUE.equals(choice.flag("disable_parallel_tool_use"))) {
            out.put("parallel_tool_calls", false);
        }
    }

    private void named(BodyFields choice) {
        String name = choice.requireFilled("name");
        if (names.contains(name)) {
            out.putObject("tool_choice")
                    .put("type", "function")
                    .putObject("function")
                    .put("name", name);
        } else if (onlyThere.stream().anyMatch(path -> path.startsWith("tools["))) {
            onlyThere.add(choice.at("name"));
        } else {
            throw Refusals.value(choice.at("name"), "must be the name of one of tools");
        }
    }
}
