package dev.caravan.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import dev.caravan.wire.JsonBuffers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Reads a caller's body as one JSON object, strictly: UTF-8 only, no name twice (which of the two is meant?), nothing after
 * the object. Numbers keep their digits. Time and memory grow with the body's length only, and what many small values take, some
 * fifty bytes each, has a bound of its own.
 */
final class CallerJson {

    static final int MAX_DEPTH = 100;
    static final int MAX_NUMBER_LENGTH = 100;
    static final int MAX_NAME_LENGTH = 1000;

    /** Names, values, braces and brackets: more than a conversation of 40,000 messages has. */
    static final int MAX_TOKENS = 500_000;

    private static final int CHUNK = 8192;

    /** Reads bytes. Jackson keeps the names that it has met, and forgets them all when there are 6,000. */
    private static final ObjectMapper JSON = mapper(true);

    /** Reads characters, which takes half as long again; but it tells what is wrong, and where, more exactly. */
    private static final ObjectMapper EXACT = mapper(false);

    private CallerJson() {}

    private static ObjectMapper mapper(boolean bytes) {
        return JsonMapper.builder(JsonFactory.builder()
                        // The length of the whole body is limited where it is read.
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(MAX_DEPTH)
                                .maxNumberLength(MAX_NUMBER_LENGTH)
                                .maxNameLength(MAX_NAME_LENGTH)
                                .maxTokenCount(MAX_TOKENS)
                                .maxStringLength(Integer.MAX_VALUE)
                                .build())
                        .recyclerPool(JsonBuffers.SHARED)
                        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                        .configure(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES, bytes)
                        .build())
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build();
    }

    /** @throws RequestException {@link ErrorCode#MALFORMED_JSON}, or another 400 that names the place */
    static ObjectNode read(byte[] body) {
        if (body.length == 0) {
            throw malformed("the body is empty; send a JSON object", null);
        }
        requireUtf8(body);
        JsonNode tree = parse(body);
        if (!(tree instanceof ObjectNode object)) {
            throw new RequestException(
                    ErrorCode.INVALID_TYPE, "the body must be a JSON object, was " + Refusals.kind(tree), (String)
                            null);
        }
        JsonLimits.check(object);
        return object;
    }

    private static void requireUtf8(byte[] body) {
        if (body.length >= 3 && (body[0] & 0xff) == 0xef && (body[1] & 0xff) == 0xbb && (body[2] & 0xff) == 0xbf) {
            throw malformed("the body begins with a byte order mark; send plain UTF-8 without one", null);
        }
        for (int i = 0; i < Math.min(4, body.length); i++) {
            if (body[i] == 0) {
                // Jackson would guess UTF-16 or UTF-32 from it.
                throw malformed("the body is not UTF-8", null);
            }
        }
        int ascii = asciiBytes(body);
        if (ascii == body.length) {
            return;
        }
        // In pieces: the characters themselves are not wanted, and a body may have many megabytes.
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(body).position(ascii);
        CharBuffer out = CharBuffer.allocate(Math.min(CHUNK, body.length));
        while (true) {
            var result = decoder.decode(in, out.clear(), true);
            if (result.isError()) {
                throw malformed("the body is not valid UTF-8 at byte " + in.position(), null);
            }
            if (result.isUnderflow()) {
                return;
            }
        }
    }

    /** How many bytes of ASCII the body begins with. */
    private static int asciiBytes(byte[] body) {
        for (int i = 0; i < body.length; i++) {
            if (body[i] < 0) {
                return i;
            }
        }
        return body.length;
    }

    private static JsonNode parse(byte[] body) {
        try (JsonParser parser = JSON.createParser(body)) {
            JsonNode tree = JSON.readTree(parser);
            if (tree != null && parser.nextToken() == null) {
                return tree;
            }
        } catch (IOException e) {
            // Told by the exact reader, unless it can read the body.
        }
        return parseExactly(body);
    }

    private static JsonNode parseExactly(byte[] body) {
        try (JsonParser parser = EXACT.createParser(body)) {
            JsonNode tree;
            try {
                tree = EXACT.readTree(parser);
                if (tree == null) {
                    throw malformed("the body is empty; send a JSON object", null);
                }
                if (parser.nextToken() == null) {
                    return tree;
                }
            } catch (JsonProcessingException e) {
                throw explain(e, parser);
            }
            throw malformed("something follows the JSON value in the body" + at(parser.currentTokenLocation()), null);
        } catch (JsonProcessingException e) {
            throw malformed("the body is not valid JSON", null);
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory cannot fail", e);
        }
    }

    private static RequestException explain(JsonProcessingException e, JsonParser parser) {
        JsonStreamContext context = parser.getParsingContext();
        if (e instanceof StreamConstraintsException) {
            if (parser.currentTokenCount() > MAX_TOKENS) {
                return new RequestException(
                        ErrorCode.BODY_TOO_LARGE,
                        "The request body must have at most " + MAX_TOKENS + " names, values, braces and brackets",
                        (String) null);
            }
            if (context.getNestingDepth() >= MAX_DEPTH) {
                return malformed("the body is nested deeper than " + MAX_DEPTH + " levels", null);
            }
            if (String.valueOf(e.getOriginalMessage()).startsWith("Name ")) {
                return malformed("a field's name has more than " + MAX_NAME_LENGTH + " characters", null);
            }
            String param = path(context);
            return new RequestException(
                    ErrorCode.OUT_OF_RANGE,
                    (param == null ? "the body" : param) + " must be a number of at most " + MAX_NUMBER_LENGTH
                            + " characters",
                    param);
        }
        if (e instanceof MismatchedInputException) {
            String param = path(context);
            return malformed((param == null ? "a name" : param) + " is there twice; send it once", param);
        }
        if (e instanceof JsonEOFException) {
            return malformed("the JSON in the body ends too early", null);
        }
        return malformed("the body is not valid JSON" + at(e.getLocation()), null);
    }

    private static RequestException malformed(String message, @Nullable String param) {
        return new RequestException(ErrorCode.MALFORMED_JSON, message, param);
    }

    private static String at(@Nullable JsonLocation location) {
        return location == null ? "" : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }

    /** Where the parser stands, as {@code messages[2].content}; null at the top. */
    private static @Nullable String path(JsonStreamContext innermost) {
        Deque<JsonStreamContext> outermostFirst = new ArrayDeque<>();
        for (JsonStreamContext c = innermost; c != null; c = c.getParent()) {
            outermostFirst.push(c);
        }
        String path = "";
        for (JsonStreamContext c : outermostFirst) {
            if (c.inArray() && c.hasCurrentIndex()) {
                path = FieldPath.of(path, c.getCurrentIndex());
            } else if (c.inObject() && c.getCurrentName() != null) {
                path = FieldPath.of(path, c.getCurrentName());
            }
        }
        return path.isEmpty() ? null : path;
    }
}
