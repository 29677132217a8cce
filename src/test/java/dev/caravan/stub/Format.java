package dev.caravan.stub;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One provider's format as its documentation has it: which requests it takes, and how it answers.
 *
 * <p>Source: the official SDKs' types, openai 6.49.0, @anthropic-ai/sdk 1.12.0, @google/genai 2.32.0, read 2026-11-20.
 */
enum Format {
    OPENAI("openai", "authorization", "Bearer sk-test-openai"),
    ANTHROPIC("anthropic", "x-api-key", "sk-ant-test"),
    GOOGLE("google", "x-goog-api-key", "AIza-test-google"),
    /** OpenAI's format at another place, with any key or none. */
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

    /** The key as it stands in the variable; empty where there is none. */
    String keySent(Map<String, String> headers) {
        return headers.getOrDefault(keyHeader, "").replaceFirst("^Bearer ", "");
    }

    /** Everything about a request that the provider would refuse, but for its key. */
    List<String> violations(Received request) {
        List<String> found = new ArrayList<>();
        URI address = URI.create(request.path());
        if (!takes(address.getPath())) {
            found.add("path " + address.getPath());
        }
        if (address.getQuery() != null && address.getQuery().matches("(.*&)?key(=.*|&.*)?")) {
            found.add("a key in the query");
        }
        for (String header : request.headers().keySet()) {
            if (!HTTP_HEADERS.contains(header) && !ownHeaders().contains(header)) {
                found.add("header " + header);
            }
        }
        String type = request.headers().getOrDefault("content-type", "none");
        if (!type.split(";")[0].strip().equalsIgnoreCase("application/json")) {
            found.add("content-type " + type);
        }
        if (this == ANTHROPIC && !"2023-06-01".equals(request.headers().get("anthropic-version"))) {
            found.add("anthropic-version " + request.headers().get("anthropic-version"));
        }
        found.addAll(
                switch (this) {
                    case OPENAI, COMPATIBLE -> OpenAiRules.violations(request.body());
                    case ANTHROPIC -> AnthropicRules.violations(request.body());
                    case GOOGLE -> GoogleRules.violations(request.body());
                });
        return found.stream().map(what -> provider + ": " + what).toList();
    }

    private boolean takes(String path) {
        return switch (this) {
            case OPENAI -> path.equals("/v1/chat/completions");
            case COMPATIBLE -> path.equals("/compat/v1/chat/completions");
            case ANTHROPIC -> path.equals("/v1/messages");
            case GOOGLE -> path.matches("/v1beta/models/[^/:]+:(generateContent|streamGenerateContent)");
        };
    }

    private Set<String> ownHeaders() {
        return switch (this) {
            case ANTHROPIC -> Set.of(keyHeader, "anthropic-version");
            // Such a server may want a key of its own, or none.
            case COMPATIBLE -> Set.of("authorization");
            default -> Set.of(keyHeader);
        };
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
                        .put("type", status < 500 ? "invalid_request_error" : "server_error")
                        .putNull("param")
                        .put("code", openAiCode(status));
            case ANTHROPIC ->
                body.put("type", "error")
                        .put("request_id", "req_stub")
                        .putObject("error")
                        .put("type", anthropicType(status))
                        .put("message", message);
            case GOOGLE -> {
                ObjectNode error = body.putObject("error").put("code", status).put("message", message);
                error.put("status", googleStatus(status));
            }
        }
        return body.toString();
    }

    private static @Nullable String openAiCode(int status) {
        return switch (status) {
            case 401 -> "invalid_api_key";
            case 404 -> "model_not_found";
            case 429 -> "rate_limit_exceeded";
            default -> null;
        };
    }

    private static String anthropicType(int status) {
        return switch (status) {
            case 400 -> "invalid_request_error";
            case 401 -> "authentication_error";
            case 402 -> "billing_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 504 -> "timeout_error";
            case 529 -> "overloaded_error";
            default -> "api_error";
        };
    }

    private static String googleStatus(int status) {
        return switch (status) {
            case 400 -> "INVALID_ARGUMENT";
            case 401 -> "UNAUTHENTICATED";
            case 403 -> "PERMISSION_DENIED";
            case 404 -> "NOT_FOUND";
            case 429 -> "RESOURCE_EXHAUSTED";
            case 503 -> "UNAVAILABLE";
            case 504 -> "DEADLINE_EXCEEDED";
            default -> "INTERNAL";
        };
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
