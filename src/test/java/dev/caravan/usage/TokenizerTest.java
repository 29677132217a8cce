package dev.caravan.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Against another's implementation of the same tokenizers. */
class TokenizerTest {

    private static final Tokenizer O200K = Tokenizer.o200k();
    private static final Tokenizer CL100K = Tokenizer.cl100k();
    private static final Encoding THEIR_O200K = encoding(EncodingType.O200K_BASE);
    private static final Encoding THEIR_CL100K = encoding(EncodingType.CL100K_BASE);

    /** Letters of several scripts, marks, digits, blanks of all kinds, signs, contractions, and a pair of surrogates. */
    private static final List<String> PIECES = List.of(
            "a",
            "B",
            "word",
            "Word",
            "HTTPServer",
            "ß",
            "É",
            "e\u0301",
            "日",
            "本語",
            "한국",
            "श्री",
            "ǅ",
            "ʰ",
            "1",
            "42",
            "2026",
            "٣",
            "½",
            " ",
            "  ",
            "\t",
            "\n",
            "\r\n",
            "\u00a0",
            "\u3000",
            "\u0085",
            ".",
            "...",
            "//",
            "/\n",
            "'s",
            "'LL",
            "'x",
            "'",
            "\"",
            "{\"k\":",
            "}",
            "=",
            "==",
            "<|endoftext|>",
            "😀",
            "👩‍👩‍👧",
            "\u0000",
            "ſ",
            "'ſ");

    @Test
    void counts_the_projects_own_files_as_the_library_does() throws IOException {
        for (String folder : List.of("src/main/java", "src/main/resources", "routes", "data")) {
            try (Stream<Path> files = Files.walk(Path.of(folder))) {
                for (Path file : files.filter(f -> f.toString().matches(".*\\.(java|yaml|json|sql|html|js|css)"))
                        .toList()) {
                    assertCountsAgree(file.toString(), Files.readString(file));
                }
            }
        }
    }

    @Test
    void counts_any_mixture_as_the_library_does() {
        Random random = new Random(20261129);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(12); length >= 0; length--) {
                text.append(PIECES.get(random.nextInt(PIECES.size())));
            }
            assertCountsAgree(text.toString(), text.toString());
        }
    }

    @Test
    void merges_the_leftmost_of_equals_in_long_runs() {
        for (String unit : List.of("a", "ab", "xyz", "=", "\u00e9", "日", "9")) {
            for (int length : new int[] {1, 7, 128, 129, 500, 2048}) {
                assertCountsAgree(unit + " x " + length, unit.repeat(length));
            }
        }
    }

    private static void assertCountsAgree(String what, String text) {
        assertThat(O200K.count(text)).as("o200k, %s", what).isEqualTo(THEIR_O200K.countTokensOrdinary(text));
        assertThat(CL100K.count(text)).as("cl100k, %s", what).isEqualTo(THEIR_CL100K.countTokensOrdinary(text));
    }

    private static Encoding encoding(EncodingType type) {
        return Encodings.newLazyEncodingRegistry().getEncoding(type);
    }
}
