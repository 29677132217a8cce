package dev.caravan.bench;

import dev.caravan.catalog.Model;
import dev.caravan.dialect.Answer;
import dev.caravan.dialect.Charge;
import dev.caravan.dialect.Dialect;
import dev.caravan.dialect.IdHeaders;
import dev.caravan.dialect.OpenAiDialect;
import dev.caravan.dialect.StreamWriter;
import dev.caravan.provider.SseParser;
import dev.caravan.provider.StreamReader;
import dev.caravan.provider.Translator;
import dev.caravan.wire.ChatRequest;
import dev.caravan.wire.ChatResponse;
import dev.caravan.wire.TokenUsage;
import dev.caravan.wire.UsageSource;
import java.time.Instant;
import java.util.List;

/** One request to one provider by a caller who speaks OpenAI's format, without the network between. */
final class Conversation {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final TokenUsage USAGE = new TokenUsage(204, 118, 0, 0, 0, 0, UsageSource.PROVIDER);
    private static final Charge CHARGE = new Charge(31, 71);

    private final Dialect dialect = new OpenAiDialect(() -> "session-1");
    private final Translator translator;
    private final Model model;
    private final byte[] answer;

    /** @param answer of the provider that the translator speaks to */
    Conversation(Translator translator, String model, byte[] answer) {
        this.translator = translator;
        this.model = Samples.model(model);
        this.answer = answer;
    }

    Work reading() {
        byte[] body = Samples.request(model.id(), false);
        return () -> dialect.parse(body, IdHeaders.NONE);
    }

    Work asking() {
        byte[] body = Samples.request(model.id(), false);
        return () -> translator
                .toUpstream(dialect.parse(body, IdHeaders.NONE), model)
                .body();
    }

    Work answering() {
        ChatRequest request = dialect.parse(Samples.request(model.id(), false), IdHeaders.NONE);
        return () -> dialect.answer(answer(request, translator.toResponse(answer, model)));
    }

    Work streaming(List<byte[]> packets) {
        ChatRequest request = dialect.parse(Samples.request(model.id(), true), IdHeaders.NONE);
        return () -> {
            SseParser parser = new SseParser();
            StreamReader reader = translator.stream(request, model);
            StreamWriter writer = dialect.stream(request, model, "chatcmpl-own", NOON);
            int bytes = writer.begin().length;
            Written written = new Written(writer, reader);
            for (byte[] packet : packets) {
                parser.feed(packet, 0, packet.length, written::add);
            }
            parser.end(written::add);
            bytes += writer.event(reader.end()).length;
            return bytes + written.bytes + writer.end(answer(request, reader.soFar())).length;
        };
    }

    private Answer answer(ChatRequest request, ChatResponse response) {
        return new Answer(request, model, response, USAGE, CHARGE, List.of(), NOON);
    }

    /** How much has been written for the events so far. */
    private static final class Written {

        private final StreamWriter writer;
        private final StreamReader reader;
        private int bytes;

        Written(StreamWriter writer, StreamReader reader) {
            this.writer = writer;
            this.reader = reader;
        }

        void add(dev.caravan.provider.SseEvent event) {
            bytes += writer.event(reader.read(event)).length;
        }
    }
}
