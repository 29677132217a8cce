package dev.caravan.provider;

import static dev.caravan.provider.RequestFields.Format.ANTHROPIC;
import static dev.caravan.provider.RequestFields.Format.DEMO;
import static dev.caravan.provider.RequestFields.Format.GOOGLE;
import static dev.caravan.provider.RequestFields.Format.OPENAI;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.catalog.Model;
import dev.caravan.provider.RequestFields.Format;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** A sample value of every field of OpenAI's request, and where it shows up in the formats that say it otherwise. */
final class RequestFieldSamples {

    /** In place of a value: anything but nothing, such as a hash. */
    static final String ANYTHING = "\"*\"";

    private static final String TOOLS = """
            [{"type":"function","function":{"name":"get_weather","description":"d",\
            "parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}]""";

    /** A place and a value. */
    record Shown(String pointer, String json) {}

    /**
     * One field.
     *
     * @param value JSON
     * @param needs other fields without which this one makes no sense; JSON
     */
    record Sample(String value, String needs, Map<Format, Shown> shown) {
        Sample at(Format format, String pointer, String json) {
            Map<Format, Shown> more = new EnumMap<>(Format.class);
            more.putAll(shown);
            more.put(format, new Shown(pointer, json));
            return new Sample(value, needs, more);
        }
    }

    private static final Map<String, Sample> SAMPLES = samples();

    private RequestFieldSamples() {}

    static Map<String, Sample> all() {
        return SAMPLES;
    }

    static Sample of(String field) {
        Sample sample = SAMPLES.get(field);
        if (sample == null) {
            throw new IllegalArgumentException("no sample of " + field);
        }
        return sample;
    }

    /** The model on which a field of the format means something. */
    static Model model(String field, Format format) {
        return switch (format) {
            case OPENAI ->
                field.equals("reasoning_effort") || field.equals("max_tokens") ? ChatRequests.O3 : ChatRequests.GPT_4O;
            case ANTHROPIC -> ChatRequests.CLAUDE_SONNET_4_5;
            case GOOGLE ->
                field.equals("reasoning_effort") ? ChatRequests.GEMINI_3_FLASH : ChatRequests.GEMINI_2_5_FLASH;
            case DEMO -> ChatRequests.DEMO;
        };
    }

    /** A request that holds the field, what it needs, and what every request needs. */
    static ObjectNode request(String field, Model model) {
        ObjectNode body = (ObjectNode) ChatRequests.json("""
                {"model":"%s","messages":[{"role":"user","content":"Hi"}]}""".formatted(model.id()));
        body.setAll((ObjectNode) ChatRequests.json(of(field).needs()));
        if (!field.equals("model")) {
            body.set(field, value(field));
        }
        return body;
    }

    static JsonNode value(String field) {
        return ChatRequests.json(of(field).value());
    }

    private static Map<String, Sample> samples() {
        Map<String, Sample> all = new LinkedHashMap<>();
        all.put(
                "model",
                sample("\"given by the test\"")
                        .at(OPENAI, "/model", "\"gpt-4o\"")
                        .at(ANTHROPIC, "/model", "\"claude-sonnet-4-5\"")
                        .at(DEMO, "/model", "\"demo\""));
        all.put(
                "messages",
                sample("[{\"role\":\"user\",\"content\":\"Ahoy\"}]")
                        .at(ANTHROPIC, "/messages/0/role", "\"user\"")
                        .at(GOOGLE, "/contents/0/parts/0/text", "\"Ahoy\"")
                        .at(DEMO, "/messages/0/text", "\"Ahoy\""));
        all.put(
                "stream",
                sample("true", "{\"stream_options\":{\"include_usage\":true}}").at(ANTHROPIC, "/stream", "true"));
        all.put("stream_options", sample("{\"include_usage\":true,\"include_obfuscation\":true}", "{\"stream\":true}"));
        all.put(
                "temperature",
                sample("0.5").at(ANTHROPIC, "/temperature", "0.5").at(GOOGLE, "/generationConfig/temperature", "0.5"));
        all.put("top_p", sample("0.9").at(ANTHROPIC, "/top_p", "0.9").at(GOOGLE, "/generationConfig/topP", "0.9"));
        for (String limit : new String[] {"max_tokens", "max_completion_tokens"}) {
            all.put(
                    limit,
                    sample("77")
                            .at(OPENAI, "/max_completion_tokens", "77")
                            .at(ANTHROPIC, "/max_tokens", "77")
                            .at(GOOGLE, "/generationConfig/maxOutputTokens", "77")
                            .at(DEMO, "/max_tokens", "77"));
        }
        all.put(
                "stop",
                sample("[\"END\"]")
                        .at(ANTHROPIC, "/stop_sequences/0", "\"END\"")
                        .at(GOOGLE, "/generationConfig/stopSequences/0", "\"END\""));
        all.put("n", sample("1"));
        all.put(
                "tools",
                sample(TOOLS)
                        .at(ANTHROPIC, "/tools/0/name", "\"get_weather\"")
                        .at(GOOGLE, "/tools/0/functionDeclarations/0/name", "\"get_weather\""));
        all.put(
                "tool_choice",
                sample("\"required\"", "{\"tools\":" + TOOLS + "}")
                        .at(ANTHROPIC, "/tool_choice/type", "\"any\"")
                        .at(GOOGLE, "/toolConfig/functionCallingConfig/mode", "\"ANY\""));
        all.put(
                "parallel_tool_calls",
                sample("false", "{\"tools\":" + TOOLS + "}")
                        .at(ANTHROPIC, "/tool_choice/disable_parallel_tool_use", "true"));
        all.put("functions", sample("[{\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}]"));
        all.put("function_call", sample("\"auto\""));
        all.put(
                "response_format",
                sample(
                                "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\",\"strict\":true,\"schema\":"
                                        + "{\"type\":\"object\",\"properties\":{},\"required\":[],\"additionalProperties\":false}}}")
                        .at(ANTHROPIC, "/output_config/format/type", "\"json_schema\"")
                        .at(GOOGLE, "/generationConfig/responseJsonSchema/type", "\"object\""));
        all.put(
                "reasoning_effort",
                sample("\"low\"")
                        .at(ANTHROPIC, "/thinking/type", "\"enabled\"")
                        .at(GOOGLE, "/generationConfig/thinkingConfig/thinkingLevel", "\"LOW\""));
        all.put("verbosity", sample("\"low\""));
        all.put("seed", sample("7").at(GOOGLE, "/generationConfig/seed", "7"));
        all.put("presence_penalty", sample("0.25").at(GOOGLE, "/generationConfig/presencePenalty", "0.25"));
        all.put("frequency_penalty", sample("-0.25").at(GOOGLE, "/generationConfig/frequencyPenalty", "-0.25"));
        all.put("logit_bias", sample("{\"50256\":-100}"));
        all.put("logprobs", sample("true"));
        all.put("top_logprobs", sample("2"));
        all.put("user", sample("\"u-1\"").at(ANTHROPIC, "/metadata/user_id", ANYTHING));
        all.put("safety_identifier", sample("\"u-2\"").at(ANTHROPIC, "/metadata/user_id", ANYTHING));
        all.put("prompt_cache_key", sample("\"k\""));
        all.put("prompt_cache_retention", sample("\"24h\""));
        all.put("service_tier", sample("\"flex\""));
        all.put("store", sample("true"));
        all.put("metadata", sample("{\"a\":\"b\"}"));
        all.put("prediction", sample("{\"type\":\"content\",\"content\":\"x\"}"));
        all.put("modalities", sample("[\"text\",\"audio\"]"));
        all.put("audio", sample("{\"voice\":\"alloy\",\"format\":\"wav\"}"));
        all.put("web_search_options", sample("{\"search_context_size\":\"low\"}"));
        return all;
    }

    private static Sample sample(String value) {
        return sample(value, "{}");
    }

    private static Sample sample(String value, String needs) {
        return new Sample(value, needs, Map.of());
    }
}
