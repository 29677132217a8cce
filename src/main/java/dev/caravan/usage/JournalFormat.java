package dev.caravan.usage;

import dev.caravan.wire.TokenUsage;
import dev.caravan.wire.UsageSource;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The journal's lines. Text, so that a person can read what a dead process left; one record a line; fields between tabs:
 *
 * <pre>{@code
 * 1a2b3c4d H version
 * 1a2b3c4d O request_id client_request_id session_id user_id requested_model model_id provider endpoint stream created_at price_version
 * 1a2b3c4d S (the eleven of O) status prompt completion cached cache_write cache_write_1h reasoning usage_source
 *            input_micros output_micros ended_at latency_ms first_byte_ms finish_reason error_code upstream_status
 * 1a2b3c4d W segment offset
 * 1a2b3c4d N
 * }</pre>
 *
 * <p>The first eight characters are the CRC-32C, in hexadecimal, of the bytes between the tab after it and the line's end. A
 * line whose sum is wrong is damaged and is skipped. In a field {@code \t}, {@code \n}, {@code \r} and {@code \\} stand for
 * the characters, a field that is only {@code \N} is null. Fields are only ever added at the end.
 */
final class JournalFormat {

    static final int VERSION = 1;
    static final char HEADER = 'H';
    static final char OPENED = 'O';
    static final char SETTLED = 'S';
    static final char WRITTEN = 'W';
    static final char NOTHING = 'N';

    private static final int SUM_LENGTH = 8;
    /** Where the letter of the kind stands. */
    private static final int KIND_AT = SUM_LENGTH + 1;

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private JournalFormat() {}

    static byte[] header() {
        return line(start(HEADER).append('\t').append(VERSION));
    }

    static byte[] nothing() {
        return line(start(NOTHING));
    }

    static byte[] written(long segment, long offset) {
        return line(start(WRITTEN).append('\t').append(segment).append('\t').append(offset));
    }

    static byte[] opened(OpenedRequest request) {
        StringBuilder line = start(OPENED);
        append(line, request);
        return line(line);
    }

    static byte[] settled(UsageRecord usage) {
        StringBuilder line = start(SETTLED);
        append(line, usage.opened());
        TokenUsage tokens = usage.usage();
        field(line, usage.status().name());
        line.append('\t').append(tokens.promptTokens());
        line.append('\t').append(tokens.completionTokens());
        line.append('\t').append(tokens.cachedTokens());
        line.append('\t').append(tokens.cacheWriteTokens());
        line.append('\t').append(tokens.cacheWrite1hTokens());
        line.append('\t').append(tokens.reasoningTokens());
        field(line, tokens.source().name());
        line.append('\t').append(usage.cost().inputMicros());
        line.append('\t').append(usage.cost().outputMicros());
        time(line, usage.endedAt());
        line.append('\t').append(usage.latencyMs());
        field(line, usage.firstByteMs());
        field(line, usage.finishReason());
        field(line, usage.errorCode());
        field(line, usage.upstreamStatus());
        return line(line);
    }

    /** Whether the line is of that kind, as far as its letter says. */
    static boolean isKind(char kind, byte[] buffer, int start, int length) {
        return length > KIND_AT && buffer[start + KIND_AT] == kind;
    }

    /** The line without its line end; null where it is damaged. */
    static @Nullable JournalLine decode(byte[] buffer, int start, int length) {
        if (length <= KIND_AT || buffer[start + SUM_LENGTH] != '\t' || !sumFits(buffer, start, length)) {
            return null;
        }
        String text = new String(buffer, start + KIND_AT, length - KIND_AT, StandardCharsets.UTF_8);
        try {
            Fields fields = new Fields(text.split("\t", -1));
            return switch (fields.text()) {
                case "H" -> new JournalLine.Header(fields.integer());
                case "O" -> new JournalLine.Opened(opened(fields));
                case "S" -> new JournalLine.Settled(settled(fields));
                case "W" -> new JournalLine.Written(fields.number(), fields.number());
                default -> new JournalLine.Other();
            };
        } catch (IllegalArgumentException | DateTimeException e) {
            // The sum fits but the content does not: a mistake of the program that wrote it. Counted like any damage.
            return null;
        }
    }

    private static OpenedRequest opened(Fields fields) {
        return new OpenedRequest(
                fields.text(),
                fields.textOrNull(),
                fields.text(),
                fields.text(),
                fields.text(),
                fields.text(),
                fields.text(),
                fields.text(),
                fields.text().equals("1"),
                UtcText.parse(fields.text()),
                fields.text());
    }

    private static UsageRecord settled(Fields fields) {
        OpenedRequest opened = opened(fields);
        RequestStatus status = RequestStatus.valueOf(fields.text());
        TokenUsage usage = new TokenUsage(
                fields.number(),
                fields.number(),
                fields.number(),
                fields.number(),
                fields.number(),
                fields.number(),
                UsageSource.valueOf(fields.text()));
        return new UsageRecord(
                opened,
                status,
                usage,
                new Cost(fields.number(), fields.number()),
                UtcText.parse(fields.text()),
                fields.number(),
                fields.numberOrNull(),
                fields.textOrNull(),
                fields.textOrNull(),
                fields.integerOrNull());
    }

    private static void append(StringBuilder line, OpenedRequest request) {
        field(line, request.requestId());
        field(line, request.clientRequestId());
        field(line, request.sessionId());
        field(line, request.userId());
        field(line, request.requestedModel());
        field(line, request.modelId());
        field(line, request.provider());
        field(line, request.endpoint());
        field(line, request.stream() ? "1" : "0");
        time(line, request.createdAt());
        field(line, request.priceVersion());
    }

    private static StringBuilder start(char kind) {
        return new StringBuilder(400).append(kind);
    }

    private static void field(StringBuilder line, @Nullable Object value) {
        line.append('\t');
        if (value == null) {
            line.append("\\N");
            return;
        }
        String text = value.toString();
        if (isPlain(text)) {
            line.append(text);
            return;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\\' -> line.append("\\\\");
                case '\t' -> line.append("\\t");
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                default -> line.append(c);
            }
        }
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    private static void time(StringBuilder line, Instant time) {
        UtcText.append(line.append('\t'), time);
    }

    private static byte[] line(StringBuilder content) {
        byte[] payload = content.toString().getBytes(StandardCharsets.UTF_8);
        byte[] line = new byte[KIND_AT + payload.length + 1];
        int sum = sum(payload, 0, payload.length);
        for (int i = 0; i < SUM_LENGTH; i++) {
            line[i] = HEX[(sum >>> (28 - 4 * i)) & 0xf];
        }
        line[SUM_LENGTH] = '\t';
        System.arraycopy(payload, 0, line, KIND_AT, payload.length);
        line[line.length - 1] = '\n';
        return line;
    }

    private static boolean sumFits(byte[] buffer, int start, int length) {
        int sum = sum(buffer, start + KIND_AT, length - KIND_AT);
        for (int i = 0; i < SUM_LENGTH; i++) {
            if (buffer[start + i] != HEX[(sum >>> (28 - 4 * i)) & 0xf]) {
                return false;
            }
        }
        return true;
    }

    private static int sum(byte[] bytes, int start, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, start, length);
        return (int) crc.getValue();
    }

    /** The fields of one line, taken in order. */
    private static final class Fields {

        private final String[] raw;
        private int next;

        Fields(String[] raw) {
            this.raw = raw;
        }

        @Nullable
        String textOrNull() {
            if (next >= raw.length) {
                throw new IllegalArgumentException("a field is missing");
            }
            String field = raw[next++];
            return field.equals("\\N") ? null : unescape(field);
        }

        String text() {
            String text = textOrNull();
            if (text == null) {
                throw new IllegalArgumentException("a field is null");
            }
            return text;
        }

        long number() {
            return Long.parseLong(text());
        }

        int integer() {
            return Integer.parseInt(text());
        }

        @Nullable
        Long numberOrNull() {
            String text = textOrNull();
            return text == null ? null : Long.valueOf(text);
        }

        @Nullable
        Integer integerOrNull() {
            String text = textOrNull();
            return text == null ? null : Integer.valueOf(text);
        }

        private static String unescape(String field) {
            if (field.indexOf('\\') < 0) {
                return field;
            }
            StringBuilder text = new StringBuilder(field.length());
            for (int i = 0; i < field.length(); i++) {
                char c = field.charAt(i);
                if (c == '\\' && i + 1 < field.length()) {
                    c = switch (field.charAt(++i)) {
                        case 't' -> '\t';
                        case 'n' -> '\n';
                        case 'r' -> '\r';
                        default -> field.charAt(i);
                    };
                }
                text.append(c);
            }
            return text.toString();
        }
    }
}
