package dev.caravan.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.stub.Reply;
import dev.caravan.stub.StubProvider;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The two ends of the benchmark: an error that they do not see would be one that Caravan does not have. */
class CallersTest {

    private static final long WINDOW_NANOS = 200_000_000;
    private static final Scenario PLAIN = new Scenario("plain", "gpt-4o-mini", 4, false);
    private static final Scenario STREAMS = new Scenario("streams", "gpt-4o-mini", 4, true);

    private static Tally run(Scenario scenario, int port) throws Exception {
        try (Callers callers = new Callers(scenario, port, 1)) {
            return callers.run(0, WINDOW_NANOS);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void every_question_gets_its_own_answer_from_the_provider(boolean stream) throws Exception {
        try (Provider provider = new Provider()) {
            Tally tally = run(stream ? STREAMS : PLAIN, provider.port());

            assertThat(tally.errors()).isZero();
            assertThat(tally.answeredTotal()).isPositive().isEqualTo(provider.requests());
            Times times = stream ? tally.delays() : tally.latencies();
            assertThat(times.percentileMicros(50)).isPositive().isLessThanOrEqualTo(times.percentileMicros(99));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void an_answer_to_another_question_is_an_error(boolean stream) throws Exception {
        try (StubProvider stub = StubProvider.start()) {
            stub.always(Reply.ok());
            Tally tally =
                    run(stream ? STREAMS : PLAIN, URI.create(stub.address()).getPort());

            assertThat(tally.answeredTotal()).isZero();
            assertThat(tally.errors()).isPositive().isEqualTo(tally.askedTotal());
        }
    }

    @Test
    void a_message_is_read_the_same_however_it_is_cut() {
        String head = "HTTP/1.1 207 Multi-Status\r\ntransfer-encoding: chunked\r\nX: y\r\n\r\n";
        byte[] bytes =
                (head + "5\r\nabcde\r\n1a\r\n" + "z".repeat(26) + "\r\n0\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        for (int cut = 1; cut <= bytes.length; cut++) {
            HttpMessage message = new HttpMessage();
            boolean whole = false;
            for (int at = 0; at < bytes.length; at += cut) {
                assertThat(whole).isFalse();
                whole = message.add(ByteBuffer.wrap(bytes, at, Math.min(cut, bytes.length - at)));
            }
            assertThat(whole).isTrue();
            assertThat(message.status()).isEqualTo(207);
            assertThat(new String(message.body(), message.bodyStart(), message.bodyEnd(), StandardCharsets.US_ASCII))
                    .isEqualTo("abcde" + "z".repeat(26));
        }
    }
}
