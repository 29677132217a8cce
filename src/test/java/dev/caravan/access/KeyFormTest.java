package dev.caravan.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import java.security.SecureRandom;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyFormTest {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    private static final Instant NOW = Instant.parse("2026-11-23T08:00:00Z");

    private final KeyForm form = new KeyForm(model -> model.startsWith("gpt-"), field -> field);
    private final KeyText text = KeyText.fresh(new SecureRandom());

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private AccessKey create(String fields) {
        return form.create(text, json(fields), NOW);
    }

    @Test
    void reads_every_field() {
        AccessKey key = create("{'name':'web','user_id':'ann','admin':true,'models':['gpt-4o','gpt-5','gpt-4o'],"
                + "'requests_per_minute':10,'tokens_per_minute':20000,'budget_day_usd':0.5,'budget_month_usd':12.000001,"
                + "'expires_at':'2027-01-31'}");
        assertThat(key.name()).isEqualTo("web");
        assertThat(key.userId()).isEqualTo("ann");
        assertThat(key.admin()).isTrue();
        assertThat(key.models()).containsExactly("gpt-4o", "gpt-5");
        assertThat(key.limits()).isEqualTo(new KeyLimits(10L, 20_000L, 500_000L, 12_000_001L));
        assertThat(key.expiresAt()).isEqualTo(Instant.parse("2027-01-31T00:00:00Z"));
        assertThat(text.hasHash(key.hash())).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "budget_day_usd | 0 | OUT_OF_RANGE",
                "budget_day_usd | -1 | OUT_OF_RANGE",
                "budget_day_usd | -0.0000001 | OUT_OF_RANGE",
                "budget_day_usd | 0.0000001 | OUT_OF_RANGE",
                "budget_day_usd | 1.0000001 | INVALID_VALUE",
                "budget_day_usd | 1000000.01 | OUT_OF_RANGE",
                "budget_day_usd | 1e400 | OUT_OF_RANGE",
                "budget_day_usd | 1e-400 | OUT_OF_RANGE",
                "budget_day_usd | '1' | INVALID_TYPE",
                "budget_month_usd | 0 | OUT_OF_RANGE",
                "budget_month_usd | -5 | OUT_OF_RANGE",
                "budget_month_usd | true | INVALID_TYPE",
                "requests_per_minute | 0 | OUT_OF_RANGE",
                "requests_per_minute | -1 | OUT_OF_RANGE",
                "requests_per_minute | 1.5 | INVALID_TYPE",
                "requests_per_minute | 99999999999999999999 | OUT_OF_RANGE",
                "tokens_per_minute | 0 | OUT_OF_RANGE",
                "tokens_per_minute | '9' | INVALID_TYPE",
                "name | '' | INVALID_VALUE",
                "name | ' ' | INVALID_VALUE",
                "name | null | MISSING_FIELD",
                "name | 'a\\nb' | INVALID_VALUE",
                "user_id | '' | INVALID_VALUE",
                "user_id | 7 | INVALID_TYPE",
                "user_id | '\\ud800' | INVALID_VALUE",
                "admin | 'yes' | INVALID_TYPE",
                "admin | null | INVALID_TYPE",
                "models | [] | INVALID_VALUE",
                "models | 'gpt-4o' | INVALID_VALUE",
                "models | ['no-such'] | INVALID_VALUE",
                "models | ['gpt-4o', 3] | INVALID_VALUE",
                "models | ['gpt-\\n'] | INVALID_VALUE",
                "expires_at | '2026-11-23' | OUT_OF_RANGE",
                "expires_at | '2027-02-30' | INVALID_VALUE",
                "expires_at | '+999999999-01-01T00:00:00Z' | OUT_OF_RANGE",
                "expires_at | 'soon' | INVALID_VALUE",
                "expires_at | 1800000000 | INVALID_VALUE",
                "key_hash | 'x' | UNSUPPORTED_PARAMETER",
                "revoked_at | null | UNSUPPORTED_PARAMETER",
            })
    void names_the_field_that_is_wrong(String field, String value, ErrorCode code) {
        ObjectNode fields = json("{'name':'web'}");
        fields.setAll(json("{'" + field + "':" + value + "}"));
        RequestException refusal = catchThrowableOfType(RequestException.class, () -> form.create(text, fields, NOW));
        assertThat(refusal).as("%s: %s", field, value).isNotNull();
        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal.param()).isEqualTo(field);
        assertThat(refusal.text()).startsWith(field);
    }

    @Test
    void names_all_that_is_wrong_at_once() {
        assertThatThrownBy(() -> create("{'budget_day_usd':-1,'requests_per_minute':'x','colour':'red'}"))
                .isInstanceOf(RequestException.class)
                .hasMessageContaining("name is required")
                .hasMessageContaining("budget_day_usd")
                .hasMessageContaining("requests_per_minute")
                .hasMessageContaining("colour is not a field");
    }

    @Test
    void a_change_touches_only_what_it_names_and_null_takes_a_limit_away() {
        AccessKey key = create("{'name':'web','user_id':'ann','requests_per_minute':10,'budget_day_usd':1}");
        AccessKey changed =
                form.change(key, json("{'requests_per_minute':20,'budget_day_usd':null,'budget_month_usd':3}"), NOW);
        assertThat(changed.limits()).isEqualTo(new KeyLimits(20L, null, null, 3_000_000L));
        assertThat(changed.userId()).isEqualTo("ann");
        assertThat(KeyView.difference(key, changed).toString())
                .isEqualTo(
                        "{\"requests_per_minute\":[10,20],\"budget_day_usd\":[1,null],\"budget_month_usd\":[null,3]}");
        assertThatThrownBy(() -> form.change(key.revoked(NOW), json("{}"), NOW))
                .isInstanceOf(RequestException.class)
                .hasMessage("A revoked key cannot be changed");
    }
}
