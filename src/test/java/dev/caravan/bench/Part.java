package dev.caravan.bench;

import dev.caravan.catalog.Pricing;
import dev.caravan.provider.AnthropicTranslator;
import dev.caravan.provider.GoogleTranslator;
import dev.caravan.provider.OpenAiTranslator;
import dev.caravan.provider.SseParser;
import dev.caravan.route.edge.HeadScan;
import dev.caravan.usage.CostCalculator;
import dev.caravan.wire.TokenUsage;
import dev.caravan.wire.UsageSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The parts of a request's path that are no input or output, from bytes to bytes: {@code PartsBench} times each of them, and
 * {@link AllocationTest} counts what each allocates. */
public enum Part {
    /** Judges the raw head of an SDK's request. */
    REQUEST_HEAD(() -> {
        HeadScan scan = new HeadScan("""
                POST /v1/chat/completions HTTP/1.1\r
                Host: 127.0.0.1:8080\r
                Accept: application/json\r
                Accept-Encoding: gzip, deflate\r
                User-Agent: OpenAI/Python 2.8.1\r
                X-Stainless-Lang: python\r
                X-Stainless-Runtime-Version: 3.12.3\r
                Authorization: Bearer cv-0123456789abcdefghijklmnopqrstuvwxyz\r
                Content-Type: application/json\r
                Content-Length: 1081\r
                Connection: keep-alive\r
                \r
                """);
        return scan::whole;
    }),
    /** Reads and checks the body of a request in OpenAI's format. */
    REQUEST_READ(() -> new Conversation(new OpenAiTranslator(), "gpt-4o-mini", Samples.openAiAnswer()).reading()),
    /** The same, and what it becomes for each provider. */
    REQUEST_TO_OPENAI(() -> new Conversation(new OpenAiTranslator(), "gpt-4o-mini", Samples.openAiAnswer()).asking()),
    REQUEST_TO_ANTHROPIC(
            () -> new Conversation(new AnthropicTranslator(), "claude-haiku-4-5", Samples.anthropicAnswer()).asking()),
    REQUEST_TO_GOOGLE(
            () -> new Conversation(new GoogleTranslator(), "gemini-2.5-flash", Samples.geminiAnswer()).asking()),
    /** Reads each provider's answer and writes it in OpenAI's format. */
    ANSWER_FROM_OPENAI(
            () -> new Conversation(new OpenAiTranslator(), "gpt-4o-mini", Samples.openAiAnswer()).answering()),
    ANSWER_FROM_ANTHROPIC(() ->
            new Conversation(new AnthropicTranslator(), "claude-haiku-4-5", Samples.anthropicAnswer()).answering()),
    ANSWER_FROM_GOOGLE(
            () -> new Conversation(new GoogleTranslator(), "gemini-2.5-flash", Samples.geminiAnswer()).answering()),
    /** A stream of 20 pieces, from each provider's events to OpenAI's. */
    STREAM_FROM_OPENAI(() -> new Conversation(new OpenAiTranslator(), "gpt-4o-mini", Samples.openAiAnswer())
            .streaming(Samples.openAiStream())),
    STREAM_FROM_ANTHROPIC(
            () -> new Conversation(new AnthropicTranslator(), "claude-haiku-4-5", Samples.anthropicAnswer())
                    .streaming(Samples.anthropicStream())),
    STREAM_FROM_GOOGLE(() -> new Conversation(new GoogleTranslator(), "gemini-2.5-flash", Samples.geminiAnswer())
            .streaming(Samples.geminiStream())),
    /** Cuts the bytes of such a stream into events, and nothing else. */
    STREAM_EVENTS(() -> {
        List<byte[]> packets = Samples.openAiStream();
        return () -> {
            SseParser parser = new SseParser();
            List<Object> events = new ArrayList<>(packets.size());
            for (byte[] packet : packets) {
                parser.feed(packet, 0, packet.length, events::add);
            }
            return events;
        };
    }),
    /** What a call costs. */
    COST(() -> {
        TokenUsage usage = new TokenUsage(204, 118, 64, 0, 0, 0, UsageSource.PROVIDER);
        Pricing pricing = Samples.model("gpt-4o-mini").pricing();
        return () -> CostCalculator.cost(usage, pricing);
    }),
    /** Puts a request into the journal, and its end. */
    JOURNAL(JournalWork::new);

    private final Supplier<Work> maker;

    Part(Supplier<Work> maker) {
        this.maker = maker;
    }

    public Work prepare() {
        return maker.get();
    }
}
