package dev.caravan.usage;

import java.nio.charset.StandardCharsets;
import java.util.PriorityQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Counts a text's tokens as OpenAI's models do: the text is split into words by a pattern, and within each the two neighbours whose
 * union has the lowest rank are merged, again and again. Patterns and tables are those of OpenAI's tiktoken
 * (tiktoken_ext/openai_public.py, read 2026-11-29). Safe for all threads.
 */
final class Tokenizer {

    private static final String LIBRARY = "com/knuddels/jtokkit/";

    private final Pattern words;
    private final Vocabulary vocabulary;

    private Tokenizer(String pattern, String table) {
        words = Pattern.compile(pattern, Pattern.UNICODE_CHARACTER_CLASS);
        vocabulary = new Vocabulary(LIBRARY + table);
    }

    /** Of the models from gpt-4o on. */
    static Tokenizer o200k() {
        String endings = "(?i:'s|'t|'re|'ve|'m|'ll|'d)?";
        return new Tokenizer(
                String.join(
                        "|",
                        "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
                                + endings,
                        "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"
                                + endings,
                        "\\p{N}{1,3}",
                        " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*",
                        "\\s*[\\r\\n]+",
                        "\\s+(?!\\S)",
                        "\\s+"),
                "o200k_base.tiktoken");
    }

    /** Of gpt-4 and gpt-3.5-turbo. */
    static Tokenizer cl100k() {
        return new Tokenizer(
                String.join(
                        "|",
                        "'(?i:[sdmt]|ll|ve|re)",
                        "[^\\r\\n\\p{L}\\p{N}]?+\\p{L}++",
                        "\\p{N}{1,3}+",
                        " ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*+",
                        "\\s++$",
                        "\\s*[\\r\\n]",
                        "\\s+(?!\\S)",
                        "\\s"),
                "cl100k_base.tiktoken");
    }

    /** The tokens of a text. Special tokens such as {@code <|endoftext|>} are text here, as they are in a message. */
    int count(String text) {
        int tokens = 0;
        for (Matcher word = words.matcher(text); word.find(); ) {
            tokens += tokens(word.group().getBytes(StandardCharsets.UTF_8));
        }
        return tokens;
    }

    private int tokens(byte[] word) {
        return vocabulary.rank(word, 0, word.length) == Vocabulary.NONE ? new Merge(word).tokens() : 1;
    }

    /** One word, from single bytes to its tokens. A part is named by the place of its first byte. */
    private final class Merge {

        private final byte[] word;
        private final int[] next;
        private final int[] previous;

        /** Of each part the rank that it would have together with its next one. */
        private final int[] ranks;

        /** Rank and place of the unions to come; the place decides between equals. One that is no longer so is passed over. */
        private final PriorityQueue<Long> unions = new PriorityQueue<>();

        Merge(byte[] word) {
            this.word = word;
            next = new int[word.length + 1];
            previous = new int[word.length + 1];
            ranks = new int[word.length];
            for (int i = 0; i < word.length; i++) {
                next[i] = i + 1;
                previous[i + 1] = i;
            }
            for (int i = 0; i < word.length; i++) {
                rank(i);
            }
        }

        int tokens() {
            int parts = word.length;
            for (Long union = unions.poll(); union != null; union = unions.poll()) {
                int part = union.intValue();
                if (ranks[part] == (int) (union >> Integer.SIZE)) {
                    unite(part);
                    parts--;
                }
            }
            return parts;
        }

        private void unite(int part) {
            int other = next[part];
            ranks[other] = Vocabulary.NONE;
            next[part] = next[other];
            previous[next[part]] = part;
            rank(part);
            if (part > 0) {
                rank(previous[part]);
            }
        }

        private void rank(int part) {
            int other = next[part];
            int rank = other < word.length ? vocabulary.rank(word, part, next[other]) : Vocabulary.NONE;
            if (rank != ranks[part]) {
                ranks[part] = rank;
                if (rank != Vocabulary.NONE) {
                    unions.add((long) rank << Integer.SIZE | part);
                }
            }
        }
    }
}
