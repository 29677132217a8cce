package dev.caravan.bench;

import dev.caravan.catalog.Catalog;
import dev.caravan.catalog.CatalogFile;
import dev.caravan.catalog.Model;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** One conversation of ordinary size, about 1 KB each way, as a caller and as each provider writes it. */
final class Samples {

    /** Stands in each question, and each answer repeats it: an answer that went to another caller is seen. */
    static final String MARK = "rid-000000000000";

    /** Pieces of text in a streamed answer. */
    static final int CHUNKS = 20;

    private static final Catalog CATALOG = new CatalogFile(Set.of("openai", "anthropic", "google", "demo", "ollama"))
            .read(Path.of("data/models_config.json"));

    private static final String TEXT = MARK
            + " There is a shop at the corner of Market Street, two minutes from your door. It is open from 8 to 20 on"
            + " weekdays and from 9 to 14 on Saturdays. Please bring an identity card and the number of the parcel,"
            + " 4711-0815. The parcel waits for you for seven days; after that it goes back to the sender. If somebody else"
            + " picks it up for you, that person needs your written word and both identity cards. Is there anything else"
            + " that I can do for you today?";

    private Samples() {}

    static Model model(String name) {
        return CATALOG.require(name);
    }

    static byte[] request(String model, boolean stream) {
        return bytes("""
                {"model":"%s","messages":[\
                {"role":"system","content":"You are a careful assistant of a parcel service. Answer briefly, name the number of \
                the parcel when there is one, never promise money back, and hand over to a person when the customer asks for one."},\
                {"role":"user","content":"Hi, my parcel 4711-0815 was to come on Monday and it is Thursday now. Can you tell me where \
                it is? I am at home only until noon, \\"after that\\" nobody opens the door."},\
                {"role":"assistant","content":"I am sorry for the delay. The parcel left the hub in Leipzig this morning and is out \
                for delivery. The carrier expects to reach you between 10:00 and 11:30."},\
                {"role":"user","content":"Thanks. And if I miss it, is there a shop nearby where I can pick it up? Please give me the \
                address, the opening hours and what I need to bring with me.\\nReference: %s"}],\
                "temperature":0.2,"max_tokens":256%s}""".formatted(model, MARK, stream ? ",\"stream\":true" : ""));
    }

    static byte[] openAiAnswer() {
        return bytes("""
                {"id":"chatcmpl-1","object":"chat.completion","created":1795305600,"model":"gpt-4o-mini-2024-07-18",\
                "choices":[{"index":0,"message":{"role":"assistant","content":"%s","refusal":null},"logprobs":null,\
                "finish_reason":"stop"}],"usage":{"prompt_tokens":204,"completion_tokens":118,"total_tokens":322,\
                "prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,\
                "audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}},"service_tier":"default",\
                "system_fingerprint":"fp_50cad350e4"}""".formatted(TEXT));
    }

    static byte[] anthropicAnswer() {
        return bytes("""
                {"id":"msg_1","type":"message","role":"assistant","model":"claude-haiku-4-5-20251001","content":[{"type":"text",\
                "text":"%s"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":204,\
                "cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":118,"service_tier":"standard"}}""".formatted(TEXT));
    }

    static byte[] geminiAnswer() {
        return bytes("""
                {"candidates":[{"content":{"parts":[{"text":"%s"}],"role":"model"},"finishReason":"STOP","index":0}],\
                "usageMetadata":{"promptTokenCount":204,"candidatesTokenCount":118,"totalTokenCount":322},\
                "modelVersion":"gemini-2.5-flash","responseId":"r-1"}""".formatted(TEXT));
    }

    /** The events of a streamed answer of {@link #CHUNKS} pieces, one packet each. */
    static List<byte[]> openAiStream() {
        List<byte[]> events = new ArrayList<>();
        events.add(openAiEvent("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}", "null"));
        for (int i = 0; i < CHUNKS; i++) {
            events.add(openAiEvent("{\"content\":\" piece %d of an answer\"}".formatted(i), "null"));
        }
        events.add(openAiEvent("{}", "\"stop\""));
        events.add(bytes("""
                data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1795305600,\
                "model":"gpt-4o-mini-2024-07-18","service_tier":"default","system_fingerprint":"fp_50cad350e4","choices":[],\
                "usage":{"prompt_tokens":204,"completion_tokens":100,"total_tokens":304}}

                """));
        events.add(bytes("data: [DONE]\n\n"));
        return events;
    }

    /** One event of OpenAI's stream. */
    static byte[] openAiEvent(String delta, String finishReason) {
        return bytes("""
                data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1795305600,\
                "model":"gpt-4o-mini-2024-07-18","service_tier":"default","system_fingerprint":"fp_50cad350e4",\
                "choices":[{"index":0,"delta":%s,"logprobs":null,"finish_reason":%s}],"usage":null}

                """.formatted(delta, finishReason));
    }

    static List<byte[]> anthropicStream() {
        List<byte[]> events = new ArrayList<>();
        events.add(anthropicEvent("message_start", """
                "message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-haiku-4-5-20251001","content":[],\
                "stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":204,"output_tokens":1}}"""));
        events.add(anthropicEvent(
                "content_block_start", "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}"));
        for (int i = 0; i < CHUNKS; i++) {
            events.add(anthropicEvent(
                    "content_block_delta",
                    "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\" piece %d of an answer\"}"
                            .formatted(i)));
        }
        events.add(anthropicEvent("content_block_stop", "\"index\":0"));
        events.add(anthropicEvent(
                "message_delta",
                "\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":100}"));
        events.add(bytes("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"));
        return events;
    }

    private static byte[] anthropicEvent(String type, String fields) {
        return bytes("event: %s\ndata: {\"type\":\"%s\",%s}\n\n".formatted(type, type, fields));
    }

    static List<byte[]> geminiStream() {
        List<byte[]> events = new ArrayList<>();
        for (int i = 0; i < CHUNKS; i++) {
            events.add(
                    bytes("""
                    data: {"candidates":[{"content":{"parts":[{"text":" piece %d of an answer"}],"role":"model"},"index":0%s}],\
                    "usageMetadata":{"promptTokenCount":204,"candidatesTokenCount":%d,"totalTokenCount":%d},\
                    "modelVersion":"gemini-2.5-flash","responseId":"r-1"}

                    """.formatted(i, i == CHUNKS - 1 ? ",\"finishReason\":\"STOP\"" : "", 5 * i, 204 + 5 * i)));
        }
        return events;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
