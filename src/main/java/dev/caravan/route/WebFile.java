package dev.caravan.route;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One file of the pages, as it lies in the jar: read once, at the start. Immutable. */
final class WebFile {

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "mjs", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    private static final int ETAG_BYTES = 12;

    private final byte[] content;
    private final String type;

    /** Made when it is first asked for: at the start the JVM has no quick code for it yet. */
    private volatile @Nullable String etag;

    private WebFile(byte[] content, String type) {
        this.content = content;
        this.type = type;
    }

    /**
     * The resources, one after the other; all are of the kind of the first.
     *
     * @throws IllegalStateException where the class path has no such resource
     */
    static WebFile of(List<String> resources) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (String resource : resources) {
            try (InputStream in = WebFile.class.getClassLoader().getResourceAsStream(resource)) {
                if (in == null) {
                    throw new IllegalStateException("the class path has no " + resource);
                }
                in.transferTo(whole);
                if (resources.size() > 1) {
                    whole.write('\n');
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        String first = resources.get(0);
        String type = TYPES.get(first.substring(first.lastIndexOf('.') + 1));
        if (type == null) {
            throw new IllegalStateException("no content type is known for " + first);
        }
        return new WebFile(whole.toByteArray(), type);
    }

    ByteBuffer content() {
        return ByteBuffer.wrap(content).asReadOnlyBuffer();
    }

    String type() {
        return type;
    }

    String etag() {
        String known = etag;
        if (known == null) {
            known = '"' + HexFormat.of().formatHex(sha256(content), 0, ETAG_BYTES) + '"';
            etag = known;
        }
        return known;
    }

    /** @param known the caller's {@code If-None-Match}; null where it has none */
    boolean isKnownBy(@Nullable String known) {
        if (known == null) {
            return false;
        }
        for (String tag : known.split(",")) {
            String one = tag.strip();
            if (one.equals("*") || (one.startsWith("W/") ? one.substring(2) : one).equals(etag())) {
                return true;
            }
        }
        return false;
    }

    private static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
