package dev.caravan.stub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One provider's format as its documentation has it: which requests it takes, and how it answers.
 *
 * <p>Source: the official SDKs' types, openai 6.49.0, @anthropic-ai/sdk 1.12.0, @google/genai 2.32.0, read 2026-11-20.
 */
enum Format {
    OPENAI("openai", "authorization", "Bearer sk-test-openai"),
    ANTHROPIC("anthropic", "x-api-key", "sk-ant-test"),
    GOOGLE("google", "x-goog-api-key", "AIza-test-google"),
    /** OpenAI's format at another place, without a key. */
    COMPATIBLE("compatible", "", "");

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What HTTP itself needs; anything else came from somewhere it should not have. */
    private static final Set<String> HTTP_HEADERS = Set.of(
            "host",
            "content-length",
            "content-type",
            "connection",
            "accept",
            "accept-encoding",
            "user-agent",
            "transfer-encoding");

    private static final Map<Format, Set<String>> FIELDS = Map.of(
            OPENAI,
            Set.of(
                    "model",
                    "messages",
                    "temperature",
                    "top_p",
                    "max_tokens",
                    "max_completion_tokens",
                    "stop",
                    "n",
                    "seed",
                    "logit_bias",
                    "logprobs",
                    "top_logprobs",
                    "presence_penalty",
                    "frequency_penalty",
                    "tools",
                    "tool_choice",
                    "parallel_tool_calls",
                    "functions",
                    "function_call",
                    "response_format",
                    "reasoning_effort",
                    "verbosity",
                    "stream",
                    "stream_options",
                    "user",
                    "safety_identifier",
                    "prompt_cache_key",
                    "prompt_cache_retention",
                    "service_tier",
                    "store",
                    "metadata",
                    "prediction",
                    "modalities",
                    "audio",
                    "web_search_options"),
            ANTHROPIC,
            Set.of(
                    "model",
                    "messages",
                    "max_tokens",
                    "system",
                    "temperature",
                    "top_p",
                    "top_k",
                    "stop_sequences",
                    "stream",
                    "tools",
                    "tool_choice",
                    "thinking",
                    "output_config",
                    "metadata",
                    "service_tier",
                    "speed",
                    "cache_control",
                    "container",
                    "inference_geo"),
            GOOGLE,
            Set.of(
                    "contents",
                    "systemInstruction",
                    "tools",
                    "toolConfig",
                    "generationConfig",
                    "safetySettings",
                    "cachedContent",
                    "labels"));

    final String provider;
    private final String keyHeader;
    private final String key;

    Format(String provider, String keyHeader, String key) {
        this.provider = provider;
        this.keyHeader = keyHeader;
        this.key = key;
    }

    static Format of(String path) {
        if (path.startsWith("/compat/")) {
            return COMPATIBLE;
        }
        if (path.equals("/v1/messages")) {
            return ANTHROPIC;
        }
        return path.startsWith("/v1beta/models/") ? GOOGLE : OPENAI;
    }

    boolean keyIsRight(Map<String, String> headers) {
        return keyHeader.isEmpty() || key.equals(headers.get(keyHeader));
    }

    /** Everything about a request that the provider would refuse. */
    List<String> violations(Received request) {
        List<String> found = new ArrayList<>();
        for (String header : request.headers().keySet()) {
            boolean known = HTTP_HEADERS.contains(header)
                    || header.equals(keyHeader)
                    || this == ANTHROPIC && header.equals("anthropic-version");
            if (!known) {
                found.add(provider + ": header " + header);
            }
        }
        if (!"application/json".equals(request.headers().get("content-type"))) {
            found.add(provider + ": content-type " + request.headers().get("content-type"));
        }
        Set<String> fields = FIELDS.get(this == COMPATIBLE ? OPENAI : this);
        request.body().properties().forEach(field -> {
            if (fields == null
                    || !fields.contains(field.getKey())
                    || field.getValue().isNull()) {
                found.add(provider + ": field " + field.getKey());
            }
        });
        switch (this) {
            case OPENAI, COMPATIBLE -> openAi(request.body(), found);
            case ANTHROPIC -> anthropic(request, found);
            case GOOGLE -> google(request.body(), found);
        }
        return found;
    }

    private static void openAi(JsonNode body, List<String> found) {
        boolean reasoning = body.path("model").asText().matches("(o[134]|gpt-5).*");
        if (reasoning && (body.has("max_tokens") || body.has("temperature"))) {
            found.add("openai: max_tokens or temperature for a reasoning model");
        }
        Set<String> calls = new HashSet<>();
        for (JsonNode message : body.path("messages")) {
            String role = message.path("role").asText();
            if (!Set.of("system", "developer", "user", "assistant", "tool").contains(role)) {
                found.add("openai: role " + role);
            }
            message.path("tool_calls").forEach(call -> calls.add(call.path("id").asText()));
            if (role.equals("tool")
                    && !calls.contains(message.path("tool_call_id").asText())) {
                found.add("openai: a tool message answers no call");
            }
        }
        if (body.path("messages").isEmpty()) {
            found.add("openai: no messages");
        }
    }

    private static void anthropic(Received request, List<String> found) {
        JsonNode body = request.body();
        if (!"2023-06-01".equals(request.headers().get("anthropic-version"))) {
            found.add("anthropic: anthropic-version");
        }
        if (body.path("max_tokens").asInt() < 1) {
            found.add("anthropic: max_tokens is required");
        }
        if (body.path("temperature").asDouble() > 1) {
            found.add("anthropic: temperature above 1");
        }
        if (body.has("temperature")
                && body.has("top_p")
                && !body.path("model").asText().startsWith("claude-3")) {
            found.add("anthropic: temperature together with top_p");
        }
        if (!body.path("messages").path(0).path("role").asText().equals("user")) {
            found.add("anthropic: the first message is not the user's");
        }
        Set<String> open = new HashSet<>();
        for (JsonNode message : body.path("messages")) {
            if (!Set.of("user", "assistant").contains(message.path("role").asText())) {
                found.add("anthropic: role " + message.path("role").asText());
            }
            boolean others = false;
            for (JsonNode block : message.path("content")) {
                String type = block.path("type").asText();
                if (type.equals("text") && block.path("text").asText().isBlank()) {
                    found.add("anthropic: an empty text block");
                }
                if (type.equals("tool_result")
                        && (others || !open.remove(block.path("tool_use_id").asText()))) {
                    found.add("anthropic: a tool_result that is not first or answers no call");
                }
                others |= !type.equals("tool_result");
            }
            if (!open.isEmpty()) {
                found.add("anthropic: a tool_use without its result in the next turn");
            }
            message.path("content").forEach(block -> {
                if (block.path("type").asText().equals("tool_use")) {
                    open.add(block.path("id").asText());
                }
            });
        }
    }

    private static void google(JsonNode body, List<String> found) {
        if (body.path("contents").isEmpty()) {
            found.add("google: no contents");
        }
        for (JsonNode content : body.path("contents")) {
            if (!Set.of("user", "model").contains(content.path("role").asText())) {
                found.add("google: role " + content.path("role").asText());
            }
            for (JsonNode part : content.path("parts")) {
                int kinds = 0;
                for (String kind : List.of("text", "inlineData", "fileData", "functionCall", "functionResponse")) {
                    kinds += part.has(kind) ? 1 : 0;
                }
                if (kinds != 1) {
                    found.add("google: a part with " + kinds + " kinds");
                }
                if (part.has("functionResponse")
                        && part.at("/functionResponse/name").asText().isEmpty()) {
                    found.add("google: a functionResponse without a name");
                }
                if (part.has("fileData")) {
                    found.add("google: fileData");
                }
            }
        }
    }

    String answer(Reply reply) {
        String text = reply.text().isEmpty() ? "Hello from " + provider : reply.text();
        long prompt = reply.usage()[0];
        long completion = reply.usage()[1];
        ObjectNode body = JSON.createObjectNode();
        switch (this) {
            case OPENAI, COMPATIBLE -> {
                body.put("id", "chatcmpl-stub").put("object", "chat.completion").put("created", 1_700_000_000);
                body.put("model", "upstream-model");
                ObjectNode choice =
                        body.putArray("choices").addObject().put("index", 0).put("finish_reason", "stop");
                choice.putObject("message")
                        .put("role", "assistant")
                        .put("content", text)
                        .putNull("refusal");
                body.putObject("usage")
                        .put("prompt_tokens", prompt)
                        .put("completion_tokens", completion)
                        .put("total_tokens", prompt + completion);
            }
            case ANTHROPIC -> {
                body.put("id", "msg_stub")
                        .put("type", "message")
                        .put("role", "assistant")
                        .put("model", "upstream-model");
                body.putArray("content").addObject().put("type", "text").put("text", text);
                body.put("stop_reason", "end_turn").putNull("stop_sequence");
                body.putObject("usage").put("input_tokens", prompt).put("output_tokens", completion);
            }
            case GOOGLE -> {
                ObjectNode candidate = body.putArray("candidates").addObject();
                candidate
                        .putObject("content")
                        .put("role", "model")
                        .putArray("parts")
                        .addObject()
                        .put("text", text);
                candidate.put("finishReason", "STOP").put("index", 0);
                body.putObject("usageMetadata")
                        .put("promptTokenCount", prompt)
                        .put("candidatesTokenCount", completion)
                        .put("totalTokenCount", prompt + completion);
                body.put("modelVersion", "upstream-model").put("responseId", "stub");
            }
        }
        return body.toString();
    }

    String error(int status, String message) {
        ObjectNode body = JSON.createObjectNode();
        switch (this) {
            case OPENAI, COMPATIBLE ->
                body.putObject("error")
                        .put("message", message)
                        .put("type", status == 401 ? "invalid_request_error" : "server_error")
                        .putNull("param")
                        .put("code", status == 401 ? "invalid_api_key" : null);
            case ANTHROPIC ->
                body.put("type", "error")
                        .put("request_id", "req_stub")
                        .putObject("error")
                        .put("type", status == 401 ? "authentication_error" : "api_error")
                        .put("message", message);
            case GOOGLE -> {
                ObjectNode error = body.putObject("error").put("code", status).put("message", message);
                error.put("status", status == 400 ? "INVALID_ARGUMENT" : "UNAVAILABLE");
            }
        }
        return body.toString();
    }

    /** A wrong key; Google answers a 400 to it. */
    Reply wrongKey() {
        if (this == GOOGLE) {
            return Reply.of(
                    400,
                    "{\"error\":{\"code\":400,\"message\":\"API key not valid. Please pass a valid API key.\",\"status\":"
                            + "\"INVALID_ARGUMENT\",\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\","
                            + "\"reason\":\"API_KEY_INVALID\",\"domain\":\"googleapis.com\"}]}}");
        }
        return Reply.error(401, "Incorrect API key provided: wrong-key-canary-0123456789.");
    }
}
