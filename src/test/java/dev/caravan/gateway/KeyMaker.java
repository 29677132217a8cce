package dev.caravan.gateway;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.access.AccessKey;
import dev.caravan.access.KeyForm;
import dev.caravan.access.KeyStore;
import dev.caravan.access.KeyText;
import dev.caravan.usage.Migrations;
import java.security.SecureRandom;
import java.sql.Connection;
import java.time.Clock;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Makes gateway keys in a ledger from outside, as the command line does. */
final class KeyMaker {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final SecureRandom random = new SecureRandom();
    private final KeyStore store;

    KeyMaker(String ledgerUrl) {
        DriverManagerDataSource database = new DriverManagerDataSource(ledgerUrl);
        try (Connection connection = database.getConnection()) {
            new Migrations("usage.db").migrate(connection);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        store = new KeyStore(database, database, Clock.systemUTC());
    }

    /** A key of that user; more fields as JSON without braces, in single quotes. */
    String key(String user, String fields) {
        try {
            KeyText text = KeyText.fresh(random);
            String json = "{'name':'test','user_id':'" + user + "'" + (fields.isEmpty() ? "" : "," + fields) + "}";
            ObjectNode form = (ObjectNode) JSON.readTree(json.replace('\'', '"'));
            AccessKey key = new KeyForm(model -> true, field -> field).create(text, form, store.now());
            store.add(key, "test");
            return text.reveal();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    String admin() {
        return key("boss", "'admin':true");
    }

    void change(String key, String fields) {
        try {
            ObjectNode form = (ObjectNode) JSON.readTree("{" + fields.replace('\'', '"') + "}");
            KeyForm change = new KeyForm(model -> true, field -> field);
            store.change(id(key), "test", old -> change.change(old, form, store.now()));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    void revoke(String key) {
        try {
            store.revoke(id(key), "test");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static String id(String key) {
        return key.substring(3, 15);
    }

    static String[] bearer(String key) {
        return new String[] {"Authorization", "Bearer " + key};
    }
}
