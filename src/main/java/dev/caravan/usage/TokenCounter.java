package dev.caravan.usage;

import dev.caravan.catalog.Model;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import dev.caravan.wire.ChatRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * How many tokens a text is, before or without the provider's own word. OpenAI's models are counted with their tokenizer;
 * for all others it is an estimate: a quarter of a token for each ASCII character, one for each other code point. Safe for all
 * threads.
 */
public final class TokenCounter {

    /** A prompt may fill this part of the context window. */
    private static final int PERCENT_OF_WINDOW = 85;

    /** The longest token of both tokenizers: 128 blanks. */
    private static final int LONGEST_TOKEN_BYTES = 128;

    /**
     * Longer texts are counted in pieces of this many characters, because one long run without a break takes the tokenizer
     * longer than its length. A cut that falls into a word can add one token.
     */
    private static final int PIECE = 2048;

    /** Loads the tokenizer of today's models, which takes a fifth of a second. */
    public void warmUp() {
        Today.TOKENIZER.count("warm");
    }

    /**
     * Lets a request through whose prompt fits.
     *
     * @throws RequestException {@link ErrorCode#CONTEXT_TOO_LONG} where the prompt has more than 85 % of the model's context
     *     window
     */
    public void check(ChatRequest request, Model model) {
        long limit = model.contextWindow() * PERCENT_OF_WINDOW / 100;
        PromptText prompt = PromptText.of(request);
        long bytes = prompt.bytes();
        // A token has at least one byte and at most 128: most requests need no count, and the largest none either.
        if (bytes + prompt.frameTokens() <= limit) {
            return;
        }
        if (bytes / LONGEST_TOKEN_BYTES > limit) {
            throw tooLong("at least " + bytes / LONGEST_TOKEN_BYTES, limit, model);
        }
        long tokens = count(prompt, model, limit);
        if (tokens > limit) {
            throw tooLong("more than " + limit, limit, model);
        }
    }

    /** The tokens of a request's prompt, images not counted. */
    public long promptTokens(ChatRequest request, Model model) {
        return count(PromptText.of(request), model, Long.MAX_VALUE);
    }

    /** The tokens of an answer's text. */
    public long textTokens(String text, Model model) {
        return count(new PromptText(text.isEmpty() ? List.of() : List.of(text), 0), model, Long.MAX_VALUE);
    }

    /** Goes on until the limit is passed. */
    private long count(PromptText prompt, Model model, long limit) {
        long tokens = prompt.frameTokens();
        Tokenizer tokenizer = model.provider().equals("openai") ? tokenizer(model.upstreamModel()) : null;
        for (String text : prompt.texts()) {
            if (tokens > limit) {
                return tokens;
            }
            tokens += tokenizer == null ? estimate(text) : count(text, tokenizer, limit - tokens);
        }
        return tokens;
    }

    private static long count(String text, Tokenizer tokenizer, long limit) {
        long tokens = 0;
        String lastPiece = "";
        int lastCount = 0;
        int start = 0;
        while (start < text.length() && tokens <= limit) {
            int end = cut(text, start);
            // A megabyte of one repeated character is a handful of pieces repeated.
            if (!text.regionMatches(start, lastPiece, 0, end - start) || lastPiece.length() != end - start) {
                lastPiece = text.substring(start, end);
                lastCount = tokenizer.count(wellFormed(lastPiece));
            }
            tokens += lastCount;
            start = end;
        }
        return tokens;
    }

    /** JSON can hold half a surrogate pair, which the tokenizer refuses with an exception; it is counted as a question mark. */
    private static String wellFormed(String text) {
        boolean surrogates = text.chars().anyMatch(c -> Character.isSurrogate((char) c));
        return surrogates ? new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8) : text;
    }

    /** Where the piece that begins at {@code start} should end: if possible before a blank that begins a word. */
    private static int cut(String text, int start) {
        int end = start + PIECE;
        if (end >= text.length()) {
            return text.length();
        }
        for (int i = end; i > start + PIECE / 2; i--) {
            if (text.charAt(i) == ' ' && text.charAt(i - 1) > ' ' && text.charAt(i + 1) > ' ') {
                return i;
            }
        }
        return Character.isLowSurrogate(text.charAt(end)) ? end - 1 : end;
    }

    private static long estimate(String text) {
        long ascii = 0;
        long others = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                ascii++;
            } else if (!Character.isLowSurrogate(c)) {
                others++;
            }
        }
        return (ascii + 3) / 4 + others;
    }

    /**
     * Models from before gpt-4o have cl100k_base. Newer ones, and those that are not known yet, have o200k_base.
     * Source: tiktoken, model.py, read 2026-11-23.
     */
    private static Tokenizer tokenizer(String model) {
        boolean old = model.equals("gpt-4") || model.startsWith("gpt-4-") || model.startsWith("gpt-3.5-turbo");
        return old ? Old.TOKENIZER : Today.TOKENIZER;
    }

    /** Loaded when first used, once for all. */
    private static final class Today {
        static final Tokenizer TOKENIZER = Tokenizer.o200k();
    }

    /** Loaded when first used, once for all. */
    private static final class Old {
        static final Tokenizer TOKENIZER = Tokenizer.cl100k();
    }

    private static RequestException tooLong(String tokens, long limit, Model model) {
        return new RequestException(
                ErrorCode.CONTEXT_TOO_LONG,
                "messages have " + tokens + " tokens; " + model.id() + " takes at most " + limit + " ("
                        + PERCENT_OF_WINDOW + " % of its context window of " + model.contextWindow() + ")",
                "messages");
    }
}
