package dev.caravan.route;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.access.AccessKey;
import dev.caravan.access.KeyForm;
import dev.caravan.access.KeyRing;
import dev.caravan.access.KeyStore;
import dev.caravan.access.KeyText;
import dev.caravan.access.KeyView;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;

/** The pages by which admins manage keys. A key itself is shown once, by the answer that makes it. */
public final class KeyAdmin {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private final KeyStore store;
    private final KeyRing ring;
    private final KeyForm form;
    private final SecureRandom random = new SecureRandom();

    public KeyAdmin(KeyStore store, KeyRing ring, Models models) {
        this.store = store;
        this.ring = ring;
        this.form = new KeyForm(name -> models.catalog().find(name) != null, UnaryOperator.identity());
    }

    /** A step that asks the database. */
    private interface Question<T> {
        T ask() throws SQLException;
    }

    public void add(Exchange exchange) {
        KeyText text = KeyText.fresh(random);
        AccessKey key = form.create(text, body(exchange), store.now());
        ask(() -> {
            store.add(key, actor(exchange));
            return key;
        });
        ring.refresh();
        ObjectNode answer = JSON.createObjectNode().put("key", text.reveal());
        answer.setAll(KeyView.of(key));
        exchange.getMessage().setBody(answer);
    }

    public void list(Exchange exchange) {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode keys = answer.putArray("keys");
        ask(store::all).forEach(key -> keys.add(KeyView.of(key)));
        exchange.getMessage().setBody(answer);
    }

    public void one(Exchange exchange) {
        String id = id(exchange);
        AccessKey key = ask(store::all).stream()
                .filter(candidate -> candidate.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new RequestException(ErrorCode.NOT_FOUND, "There is no key of that id", "id"));
        exchange.getMessage().setBody(KeyView.of(key));
    }

    public void change(Exchange exchange) {
        ObjectNode fields = body(exchange);
        String id = id(exchange);
        String actor = actor(exchange);
        AccessKey changed = ask(() -> store.change(id, actor, key -> form.change(key, fields, store.now())));
        ring.refresh();
        exchange.getMessage().setBody(KeyView.of(changed));
    }

    public void revoke(Exchange exchange) {
        String id = id(exchange);
        String actor = actor(exchange);
        AccessKey revoked = ask(() -> store.revoke(id, actor));
        ring.refresh();
        exchange.getMessage().setBody(KeyView.of(revoked));
    }

    private static <T> T ask(Question<T> question) {
        try {
            return question.ask();
        } catch (SQLException e) {
            throw new RequestException(
                    ErrorCode.LEDGER_UNAVAILABLE, "The keys cannot be read or written now", RETRY_AFTER, e);
        }
    }

    private static String id(Exchange exchange) {
        return Objects.requireNonNullElse(exchange.getMessage().getHeader("id", String.class), "");
    }

    private static String actor(Exchange exchange) {
        AccessKey key = CallerIdentity.of(exchange).key();
        return key == null ? "nobody" : "key " + key.id();
    }

    private static ObjectNode body(Exchange exchange) {
        Buffer body = exchange.getMessage().getBody(Buffer.class);
        try {
            JsonNode tree = body == null ? null : JSON.readTree(BufferBytes.of(body));
            if (tree instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw malformed(
                    e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")");
        } catch (IOException e) {
            throw malformed("");
        }
        throw malformed("");
    }

    private static RequestException malformed(String where) {
        return new RequestException(
                ErrorCode.MALFORMED_JSON, "The body must be one JSON object, no field twice" + where, (String) null);
    }
}
