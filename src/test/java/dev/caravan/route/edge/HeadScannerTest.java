package dev.caravan.route.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.error.RequestException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

class HeadScannerTest {

    /** What is said of a head that comes in pieces of this size. */
    private static String verdict(String head, int piece) {
        HeadScanner scanner = new HeadScanner(EdgeFixture.QUICK);
        byte[] bytes = head.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuf in = Unpooled.buffer();
        try {
            for (int sent = 0; sent < bytes.length; sent += piece) {
                in.writeBytes(bytes, sent, Math.min(piece, bytes.length - sent));
                if (scanner.whole(in)) {
                    return "whole " + scanner.target() + scanner.chunked();
                }
            }
            return "more";
        } catch (RequestException refused) {
            return refused.code() + " " + refused.text();
        }
    }

    @Provide
    Arbitrary<String> heads() {
        Arbitrary<String> part = Arbitraries.of(
                "GET / HTTP/1.1\r\n",
                "POST /v1/messages HTTP/1.0\r\n",
                "Host: a\r\n",
                "Content-Length: 5\r\n",
                "Transfer-Encoding: chunked\r\n",
                "Transfer-Encoding: gzip\r\n",
                "X: \u00e4\r\n",
                " folded\r\n",
                "\r\n",
                "\n",
                "\r",
                ":",
                " ");
        return Combinators.combine(
                        Arbitraries.of("", "GET / HTTP/1.1\r\n"), part.list().ofMaxSize(8))
                .as((first, rest) -> first + String.join("", rest));
    }

    @Property
    void a_head_is_judged_the_same_however_it_is_cut(@ForAll("heads") String head) {
        String whole = verdict(head, Math.max(1, head.length()));
        for (int piece = 1; piece <= 7; piece++) {
            assertThat(verdict(head, piece)).isEqualTo(whole);
        }
    }

    /** Where our judge lets a head pass, its length can be read in one way only. */
    @Property
    void what_passes_has_at_most_one_length(@ForAll("heads") String head) {
        String verdict = verdict(head, Math.max(1, head.length()));
        if (!verdict.startsWith("whole")) {
            assertThat(verdict).matches("more|(AMBIGUOUS_LENGTH|MALFORMED_REQUEST) .+");
            return;
        }
        int lengths = 0;
        for (String line : head.substring(0, head.indexOf("\r\n\r\n")).split("\r\n")) {
            assertThat(line).doesNotStartWith(" ").doesNotContain("\n", "\r", "gzip");
            lengths += isLength(line) ? 1 : 0;
        }
        assertThat(lengths).isLessThanOrEqualTo(1);
    }

    private static boolean isLength(@Nullable String line) {
        return line != null && (line.startsWith("Content-Length") || line.startsWith("Transfer-Encoding"));
    }
}
