package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.catalog.Model;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.GatewayException;
import dev.caravan.error.RequestException;
import dev.caravan.wire.ChatRequest;
import dev.caravan.wire.ChatResponse;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * OpenAI's chat completions, and every provider that speaks their format: the caller's body is sent on, and only what the
 * model cannot take is changed.
 *
 * <p>Source: openai 6.49.0, ChatCompletionCreateParams and ChatCompletion, read 2026-11-20.
 */
public final class OpenAiTranslator implements Translator {

    private static final List<String> SAMPLING = List.of("temperature", "top_p", "top_k");
    private static final Pattern TAKES_NO_STOP = Pattern.compile("(?:o3|o4-mini)(?:-.*)?");
    private static final Set<String> QUOTA_GONE =
            Set.of("insufficient_quota", "billing_hard_limit_reached", "billing_not_active");
    private static final Set<String> BAD_KEY = Set.of("invalid_api_key");

    /** Makes a translator without settings: one serves all providers of the format. */
    public OpenAiTranslator() {}

    @Override
    public UpstreamRequest toUpstream(ChatRequest request, Model model) {
        Adjustments adjustments = new Adjustments();
        RequestFields.check(request, RequestFields.Format.OPENAI, adjustments);
        ObjectNode body = copy(request.body());
        body.put("model", model.upstreamModel());
        requireOneChoice(body);
        if (body.has("stop") && TAKES_NO_STOP.matcher(model.upstreamModel()).matches()) {
            throw new RequestException(ErrorCode.UNSUPPORTED_PARAMETER, "stop is not supported by this model", "stop");
        }
        if (!model.capabilities().sampling()) {
            for (String field : SAMPLING) {
                leaveOut(body, field, "the model takes no sampling parameters", adjustments);
            }
        }
        if (model.capabilities().reasoning()) {
            renameLimit(body);
        } else {
            leaveOut(body, "reasoning_effort", "the model does not reason", adjustments);
        }
        if (request.stream()) {
            askForUsage(body, model);
        }
        return new UpstreamRequest("", UpstreamJson.write(body), adjustments.list());
    }

    @Override
    public ChatResponse toResponse(byte[] body, Model model) {
        return OpenAiAnswer.read(UpstreamJson.object(body));
    }

    @Override
    public StreamReader stream(ChatRequest request, Model model) {
        return new OpenAiStream(event -> StreamError.read(event, this));
    }

    @Override
    public GatewayException toError(UpstreamError error) {
        JsonNode object = ErrorReader.errorObject(error);
        JsonNode code = object.path("code");
        boolean quotaGone = ErrorReader.says(code, QUOTA_GONE) || ErrorReader.says(object.path("type"), QUOTA_GONE);
        return ErrorReader.read(
                error, ErrorReader.param(object.path("param")), ErrorReader.says(code, BAD_KEY), quotaGone, null);
    }

    /** The caller's tree is not ours to change; its inner nodes are only read. */
    private static ObjectNode copy(ObjectNode body) {
        return body.objectNode().setAll(body);
    }

    /** An answer has one choice; more would be paid for and thrown away. */
    static void requireOneChoice(ObjectNode body) {
        JsonNode n = body.get("n");
        if (n != null && !(n.isNumber() && n.decimalValue().compareTo(BigDecimal.ONE) == 0)) {
            throw new RequestException(ErrorCode.OUT_OF_RANGE, "n must be 1: an answer has one choice", "n");
        }
    }

    private static void leaveOut(ObjectNode body, String field, String reason, Adjustments adjustments) {
        JsonNode value = body.remove(field);
        if (value != null) {
            adjustments.leftOut(field, value, reason);
        }
    }

    /** Reasoning models refuse the older name; the value is the same. */
    private static void renameLimit(ObjectNode body) {
        JsonNode limit = body.remove("max_tokens");
        if (limit != null && !body.has("max_completion_tokens")) {
            body.set("max_completion_tokens", limit);
        }
    }

    /** Without this a stream ends without its counts, and nobody could bill it. */
    private static void askForUsage(ObjectNode body, Model model) {
        ObjectNode options = body.get("stream_options") instanceof ObjectNode given ? copy(given) : body.objectNode();
        options.put("include_usage", true);
        if (model.provider().equals("openai") && !options.has("include_obfuscation")) {
            // OpenAI pads every delta otherwise. Others who speak the format may refuse a field that they do not know.
            options.put("include_obfuscation", false);
        }
        body.put("stream", true);
        body.set("stream_options", options);
    }
}
