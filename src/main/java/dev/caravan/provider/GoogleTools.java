package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.wire.ChatRequest;
import dev.caravan.wire.Tool;
import dev.caravan.wire.ToolChoice;
import java.util.List;
import java.util.Set;

/**
 * The functions that the model may call, and whether it must.
 *
 * <p>Source: @google/genai 2.32.0, FunctionDeclaration and FunctionCallingConfig, read 2026-11-20.
 */
final class GoogleTools {

    private GoogleTools() {}

    static void write(ChatRequest request, ObjectNode target, Adjustments adjustments) {
        List<Tool> tools = request.tools();
        ArrayNode declarations = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < tools.size(); i++) {
            declarations.add(
                    declaration(tools.get(i), request.body().path("tools").path(i), "tools[" + i + "]", adjustments));
        }
        if (!declarations.isEmpty()) {
            target.putArray("tools").addObject().set("functionDeclarations", declarations);
        }
        ToolChoice choice = request.toolChoice();
        if (choice != null) {
            target.putObject("toolConfig")
                    .set("functionCallingConfig", calling(choice, request.body().path("tool_choice")));
        }
    }

    private static ObjectNode declaration(Tool tool, JsonNode json, String path, Adjustments adjustments) {
        if (!tool.type().equals("function")) {
            throw RequestFields.refusal(path + ".type", "it knows tools of type function only");
        }
        RequestFields.refuseUnknown(json, path, Set.of("type", "function"));
        RequestFields.refuseUnknown(
                json.path("function"), path + ".function", Set.of("name", "description", "parameters", "strict"));
        if (tool.strict() != null) {
            adjustments.leftOut(
                    path + ".function.strict", BooleanNode.valueOf(tool.strict()), "the provider has no such switch");
        }
        ObjectNode declaration = JsonNodeFactory.instance.objectNode().put("name", tool.name());
        if (tool.description() != null) {
            declaration.put("description", tool.description());
        }
        JsonNode parameters = tool.parameters();
        if (parameters != null && !parameters.isNull()) {
            declaration.set("parametersJsonSchema", parameters);
        }
        return declaration;
    }

    private static ObjectNode calling(ToolChoice choice, JsonNode json) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        return switch (choice.mode()) {
            case AUTO -> config.put("mode", "AUTO");
            case NONE -> config.put("mode", "NONE");
            case REQUIRED -> config.put("mode", "ANY");
            case NAMED -> {
                RequestFields.refuseUnknown(json, "tool_choice", Set.of("type", "function"));
                RequestFields.refuseUnknown(json.path("function"), "tool_choice.function", Set.of("name"));
                config.put("mode", "ANY").putArray("allowedFunctionNames").add(choice.name());
                yield config;
            }
            case OTHER -> throw RequestFields.refusal("tool_choice", "it knows no choice of this type");
        };
    }
}
