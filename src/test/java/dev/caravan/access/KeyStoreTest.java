package dev.caravan.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.error.RequestException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyStoreTest {

    private static final KeyForm FORM = new KeyForm(model -> true, field -> field);

    @TempDir
    Path folder;

    private TestKeys keys;

    @BeforeEach
    void open() {
        keys = new TestKeys(folder, Clock.systemUTC());
    }

    private AccessKey change(AccessKey key, String fields) throws Exception {
        ObjectNode json = (ObjectNode) new ObjectMapper().readTree(fields);
        return keys.store()
                .change(
                        key.id(),
                        "boss",
                        old -> FORM.change(old, json, keys.store().now()));
    }

    @Test
    void keeps_a_key_as_it_is_and_never_its_text() throws Exception {
        AccessKey key = keys.add(new KeyLimits(1L, null, 5L, 6L));
        assertThat(keys.store().all()).containsExactly(key);
        assertThat(keys.number("SELECT COUNT(*) FROM gateway_key_change WHERE what LIKE '%" + key.hash() + "%'"))
                .isZero();
    }

    @Test
    void writes_down_who_changed_what() throws Exception {
        AccessKey key = keys.add(KeyLimits.NONE);
        change(key, "{\"requests_per_minute\":5}");
        change(key, "{\"requests_per_minute\":5}");
        keys.store().revoke(key.id(), "boss");
        keys.store().revoke(key.id(), "boss");
        assertThat(keys.number("SELECT COUNT(*) FROM gateway_key_change WHERE key_id = '" + key.id() + "'"))
                .as("what changes nothing is no change")
                .isEqualTo(3);
        assertThat(keys.number("SELECT COUNT(*) FROM gateway_key_change WHERE changed_by = 'boss' AND action = 'change'"
                        + " AND what = '{\"requests_per_minute\":[null,5]}'"))
                .isEqualTo(1);
        assertThat(keys.number("SELECT COUNT(*) FROM gateway_key_change WHERE action = 'revoke'"))
                .isEqualTo(1);
    }

    @Test
    void a_change_that_is_refused_leaves_nothing_behind() {
        AccessKey key = keys.add(KeyLimits.NONE);
        long version = keys.number("SELECT version FROM gateway_key_version");
        assertThatThrownBy(() -> change(key, "{\"requests_per_minute\":0}")).isInstanceOf(RequestException.class);
        assertThatThrownBy(() -> keys.store().revoke("nobody", "boss"))
                .isInstanceOf(RequestException.class)
                .hasMessage("There is no key of that id");
        assertThat(keys.number("SELECT version FROM gateway_key_version")).isEqualTo(version);
        assertThat(keys.number("SELECT COUNT(*) FROM gateway_key_change")).isEqualTo(1);
    }

    @Test
    void another_gateway_sees_a_change_soon() throws Exception {
        AccessKey key = keys.add(KeyLimits.NONE);
        try (KeyRing ring = new KeyRing(keys.store(), Duration.ofMillis(50))) {
            ring.start();
            assertThat(ring.find(key.id())).isEqualTo(key);
            keys.store().revoke(key.id(), "boss");
            await().atMost(Duration.ofSeconds(2))
                    .until(() -> Objects.requireNonNull(ring.find(key.id())).isRevoked());
        }
    }

    @Test
    void the_last_known_keys_stay_in_force_while_the_database_is_away() {
        AccessKey key = keys.add(KeyLimits.NONE);
        try (KeyRing ring = new KeyRing(keys.store(), Duration.ofHours(1))) {
            assertThat(ring.refresh()).isTrue();
            keys.execute("ALTER TABLE gateway_key_version RENAME TO away");
            assertThat(ring.refresh()).isFalse();
            assertThat(ring.find(key.id())).isEqualTo(key);
            keys.execute("ALTER TABLE away RENAME TO gateway_key_version");
            assertThat(ring.refresh()).isTrue();
        }
    }
}
