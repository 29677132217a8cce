package dev.caravan.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.caravan.error.RequestException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsageQueryTest {

    @Test
    void asks_for_everything_where_nothing_is_given() {
        UsageQuery query = daily();

        assertThat(query.parameters())
                .containsEntry("from", "0000-01-01")
                .containsEntry("to", "9999-12-31")
                .containsEntry("user_id", null)
                .containsEntry("rows", 1001L);
        assertThat(query.limit()).isEqualTo(1000);
        assertThat(query.csv()).isFalse();
    }

    @Test
    void reads_every_filter() {
        UsageQuery query = daily("from", "2024-02-29", "user_id", "u", "model", "m", "provider", "p", "limit", "5");

        assertThat(query.parameters())
                .containsEntry("from", "2024-02-29")
                .containsEntry("to", "9999-12-31")
                .containsEntry("user_id", "u")
                .containsEntry("model", "m")
                .containsEntry("provider", "p")
                .containsEntry("rows", 6L);
        assertThat(daily("date", "2026-11-22").parameters())
                .containsEntry("from", "2026-11-22")
                .containsEntry("to", "2026-11-22");
        assertThat(UsageQuery.monthly(raw("month", "2026-11")).parameters())
                .containsEntry("from", "2026-11")
                .containsEntry("to", "2026-11");
        assertThat(UsageQuery.monthly(raw("to", "2026-11")).parameters())
                .containsEntry("from", "0000-01")
                .containsEntry("to", "2026-11");
        assertThat(UsageQuery.summary(raw("date", "2026-11-22")).parameters())
                .containsEntry("from_time", "2026-11-22T00:00:00.000Z")
                .containsEntry("to_time", "2026-11-22U");
    }

    @ParameterizedTest
    @CsvSource({
        "date, 2026-02-30",
        "date, 2025-02-29",
        "date, 2026-13-01",
        "date, 22.11.2026",
        "date, 2026-1-1",
        "date, ''",
        "date, 2026-11-22T00:00:00Z",
        "date, today",
        "date, +026-11-22",
        "date, -001-11-22",
        "from, 2026-11-31",
        "to, 20261122",
        "user_id, ''",
        "model, ''",
        "provider, ''",
        "limit, 0",
        "limit, 10001",
        "limit, -1",
        "limit, 1.5",
        "limit, 99999999999",
        "limit, ''",
        "format, xml",
        "cursor, ''",
        "cursor, '!'",
        "cursor, YQ",
        "limit, ٣"
    })
    void refuses_a_malformed_value_and_names_it(String name, String value) {
        RequestException e = catchThrowableOfType(RequestException.class, () -> daily(name, value));

        assertThat(e).isNotNull();
        assertThat(e.param()).isEqualTo(name);
        assertThat(e.code().status()).isEqualTo(400);
        assertThat(e.text()).contains(name);
    }

    @ParameterizedTest
    @CsvSource({"month, 2026-13", "month, 2026-00", "month, 2026-1", "from, 2026-11-22", "to, x"})
    void refuses_a_month_that_does_not_exist(String name, String value) {
        RequestException e = catchThrowableOfType(RequestException.class, () -> UsageQuery.monthly(raw(name, value)));

        assertThat(e).isNotNull();
        assertThat(e.param()).isEqualTo(name);
    }

    @Test
    void refuses_a_range_that_ends_before_it_begins_and_a_date_with_a_range() {
        assertThat(catchThrowableOfType(RequestException.class, () -> daily("from", "2026-11-23", "to", "2026-11-22"))
                        .param())
                .isEqualTo("from");
        assertThat(catchThrowableOfType(RequestException.class, () -> daily("date", "2026-11-23", "to", "2026-11-24"))
                        .param())
                .isEqualTo("date");
    }

    @Test
    void refuses_a_control_character_and_a_filter_that_is_too_long() {
        for (String value : List.of("a\u0000", "a\nb", "x".repeat(257))) {
            assertThat(catchThrowableOfType(RequestException.class, () -> daily("user_id", value))
                            .param())
                    .isEqualTo("user_id");
        }
    }

    @Test
    void refuses_the_cursor_of_another_list() {
        String cursor = new Cursor(Cursor.Kind.MONTHLY, List.of("2026-11", "u", "m")).encode();

        assertThat(catchThrowableOfType(RequestException.class, () -> daily("cursor", cursor))
                        .param())
                .isEqualTo("cursor");
        assertThat(UsageQuery.monthly(raw("cursor", cursor)).parameters()).containsEntry("after_user_id", "u");
    }

    @Property
    void a_cursor_comes_back_as_it_was(@ForAll String user, @ForAll String model) {
        Cursor cursor = new Cursor(Cursor.Kind.DAILY, List.of("2026-11-22", clean(user), clean(model)));

        assertThat(cursor.encode()).matches("[A-Za-z0-9_-]+");
        assertThat(Cursor.decode(Cursor.Kind.DAILY, cursor.encode())).isEqualTo(cursor);
    }

    @Property
    void any_other_text_is_a_cursor_or_a_mistake_of_the_caller(@ForAll String text, @ForAll byte[] bytes) {
        for (String cursor : List.of(text, Base64.getUrlEncoder().encodeToString(bytes))) {
            RequestException e =
                    catchThrowableOfType(RequestException.class, () -> Cursor.decode(Cursor.Kind.SESSION, cursor));
            assertThat(e == null || "cursor".equals(e.param())).isTrue();
        }
    }

    private static String clean(String text) {
        byte[] utf8 = text.replaceAll("\\p{Cntrl}", "").getBytes(StandardCharsets.UTF_8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private static UsageQuery daily(String... parameters) {
        return UsageQuery.daily(raw(parameters));
    }

    private static UnaryOperator<String> raw(String... parameters) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < parameters.length; i += 2) {
            values.put(parameters[i], parameters[i + 1]);
        }
        return values::get;
    }
}
