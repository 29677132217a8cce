package dev.caravan.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import dev.caravan.wire.TokenUsage;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The usage API from rows in a real ledger to the JSON and the CSV. */
class UsageAnswersTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private TestLedger ledger;

    @BeforeEach
    void open() throws SQLException {
        ledger = new TestLedger(folder.resolve("usage.db"));
    }

    @AfterEach
    void close() throws SQLException {
        ledger.close();
    }

    @Test
    void answers_days_as_the_contract_says() throws Exception {
        write("a", "2026-11-22T10:00:00Z", "u1", RequestStatus.OK, 100);
        write("b", "2026-11-22T11:00:00Z", "u1", RequestStatus.OK, 200);
        write("c", "2026-11-23T00:00:00Z", "u1", RequestStatus.OK, 300);

        assertThat(JSON.writeValueAsString(daily("date", "2026-11-22"))).isEqualTo("""
                        {"timezone":"UTC","request_count":2,"prompt_tokens":300,"completion_tokens":440,\
                        "total_tokens":740,"input_cost":0.003,"output_cost":0.0132,"total_cost":0.0162,\
                        "data":[{"date":"2026-11-22","user_id":"u1","model_id":"gpt-4o","provider":"openai",\
                        "request_count":2,"prompt_tokens":300,"completion_tokens":440,"total_tokens":740,\
                        "input_cost":0.003,"output_cost":0.0132,"total_cost":0.0162}],"next_cursor":null}""");
    }

    @Test
    void answers_nothing_found_with_an_empty_list_and_zeros() throws Exception {
        assertThat(JSON.writeValueAsString(daily("user_id", "nobody"))).isEqualTo("""
                        {"timezone":"UTC","request_count":0,"prompt_tokens":0,"completion_tokens":0,"total_tokens":0,\
                        "input_cost":0,"output_cost":0,"total_cost":0,"data":[],"next_cursor":null}""");
    }

    @Test
    void answers_months() throws Exception {
        write("a", "2026-10-31T23:59:59.999Z", "u1", RequestStatus.OK, 100);
        write("b", "2026-11-01T00:00:00Z", "u1", RequestStatus.OK, 100);

        ObjectNode answer = monthly();

        assertThat(answer.at("/data")).hasSize(2);
        assertThat(answer.at("/data/0/month").asText()).isEqualTo("2026-10");
        assertThat(answer.at("/data/1/month").asText()).isEqualTo("2026-11");
        assertThat(monthly("month", "2026-11").at("/request_count").asLong()).isEqualTo(1);
    }

    @Test
    void pages_through_all_rows_once_with_the_same_totals_on_every_page() throws Exception {
        for (int i = 0; i < 23; i++) {
            write("r" + i, "2026-11-" + (10 + i % 5) + "T10:00:00Z", "user " + i, RequestStatus.OK, 1);
        }
        List<String> seen = new ArrayList<>();
        String cursor = null;
        do {
            ObjectNode page = cursor == null ? daily("limit", "5") : daily("limit", "5", "cursor", cursor);
            assertThat(page.at("/request_count").asLong()).isEqualTo(23);
            page.at("/data")
                    .forEach(row -> seen.add(
                            row.get("date").asText() + row.get("user_id").asText()));
            cursor = page.get("next_cursor").isNull()
                    ? null
                    : page.get("next_cursor").asText();
        } while (cursor != null);

        assertThat(seen).hasSize(23).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void a_page_that_is_just_full_has_no_next_one() throws Exception {
        write("a", "2026-11-22T10:00:00Z", "u1", RequestStatus.OK, 1);

        assertThat(daily("limit", "1").get("next_cursor").isNull()).isTrue();
    }

    @Test
    void filters_by_user_model_and_provider() throws Exception {
        write("a", "2026-11-22T10:00:00Z", "u1", RequestStatus.OK, 1);
        write("b", "2026-11-22T10:00:00Z", "u2", RequestStatus.OK, 1);

        assertThat(daily("user_id", "u2").at("/request_count").asLong()).isEqualTo(1);
        assertThat(daily("model", "gpt-4o", "provider", "openai")
                        .at("/request_count")
                        .asLong())
                .isEqualTo(2);
        assertThat(daily("provider", "google").at("/data")).isEmpty();
    }

    @Test
    void answers_a_session_newest_first_page_by_page() throws Exception {
        write("a", "2026-11-22T10:00:00.001Z", "u1", RequestStatus.OK, 11);
        write("b", "2026-11-22T10:00:00.002Z", "u1", RequestStatus.TIMEOUT, 12);
        write("c", "2026-11-22T10:00:00.002Z", "u1", RequestStatus.OK, 13);

        ObjectNode first = session("session-1", "limit", "2");
        assertThat(first.at("/session_id").asText()).isEqualTo("session-1");
        assertThat(first.at("/request_count").asLong()).isEqualTo(3);
        assertThat(first.at("/requests").findValuesAsText("request_id")).containsExactly("c", "b");
        assertThat(JSON.writeValueAsString(first.at("/requests/1"))).isEqualTo("""
                        {"request_id":"b","model_id":"gpt-4o","provider":"openai","status":"timeout",\
                        "prompt_tokens":150,"completion_tokens":220,"total_tokens":370,"input_cost":0.0015,\
                        "output_cost":0.0066,"total_cost":0.0081,"latency_ms":12,\
                        "created_at":"2026-11-22T10:00:00.002Z"}""");
        JsonNode second =
                session("session-1", "cursor", first.get("next_cursor").asText());
        assertThat(second.at("/requests").findValuesAsText("request_id")).containsExactly("a");
        assertThat(second.get("next_cursor").isNull()).isTrue();
    }

    @Test
    void does_not_know_a_session_without_requests() {
        RequestException e = catchThrowableOfType(RequestException.class, () -> session("none"));

        assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void sums_up_success_latency_providers_and_models() throws Exception {
        for (int i = 1; i <= 18; i++) {
            write("r" + i, "2026-11-22T10:00:00Z", "u1", RequestStatus.OK, i * 10);
        }
        write("x", "2026-11-22T23:59:59.999Z", "u1", RequestStatus.PROVIDER_ERROR, 190);
        write("y", "2026-11-22T00:00:00Z", "u1", RequestStatus.TIMEOUT, 200);
        write("z", "2026-11-23T00:00:00Z", "u1", RequestStatus.OK, 5000);
        write("lost", "2026-11-22T10:00:00Z", "u1", RequestStatus.LOST, 9999);

        ObjectNode answer = summary("date", "2026-11-22");

        assertThat(answer.at("/timezone").asText()).isEqualTo("UTC");
        assertThat(answer.at("/request_count").asLong()).isEqualTo(21);
        assertThat(answer.at("/success_rate").decimalValue()).isEqualByComparingTo("0.857143");
        assertThat(answer.at("/latency_ms/mean").decimalValue()).isEqualByComparingTo("105");
        assertThat(answer.at("/latency_ms/p95").asLong()).isEqualTo(190);
        assertThat(answer.at("/by_provider/0/provider").asText()).isEqualTo("openai");
        assertThat(answer.at("/by_model/0/model_id").asText()).isEqualTo("gpt-4o");
        assertThat(answer.at("/by_model/0/total_tokens").asLong()).isEqualTo(21 * 370);
        assertThat(answer.at("/total_cost").decimalValue()).isEqualByComparingTo("0.1701");
    }

    @Test
    void has_no_rate_and_no_latency_where_there_is_no_request() throws Exception {
        assertThat(JSON.writeValueAsString(summary())).isEqualTo("""
                        {"timezone":"UTC","request_count":0,"success_rate":null,"latency_ms":{"mean":null,"p95":null},\
                        "prompt_tokens":0,"completion_tokens":0,"total_tokens":0,"input_cost":0,"output_cost":0,\
                        "total_cost":0,"by_provider":[],"by_model":[]}""");
    }

    @Test
    void writes_costs_as_plain_numbers_of_at_most_six_decimals() throws Exception {
        ledger.write(List.of(
                Records.settled(
                        Records.opened("a"), RequestStatus.OK, TokenUsage.NONE, new Cost(1, 10_000_000_000_000L), 1),
                Records.settled(Records.opened("b"), RequestStatus.OK, TokenUsage.NONE, new Cost(0, 2), 1)));

        assertThat(JSON.writeValueAsString(daily()))
                .contains("\"input_cost\":0.000001,\"output_cost\":10000000.000002,\"total_cost\":10000000.000003");
    }

    @Test
    void days_and_months_are_answered_without_a_look_at_the_rows() throws Exception {
        for (String file : List.of(
                "select-daily-usage-page.sql",
                "select-daily-usage-totals.sql",
                "select-monthly-usage-page.sql",
                "select-monthly-usage-totals.sql",
                "select-summary-totals.sql")) {
            Map<String, Object> parameters = new HashMap<>(
                    file.contains("monthly")
                            ? UsageQuery.monthly(raw()).parameters()
                            : UsageQuery.daily(raw()).parameters());

            assertThat(NamedSql.of(file).plan(ledger.connection(), parameters))
                    .as(file)
                    .noneMatch(step -> step.contains("session_usage") || step.contains("TEMP B-TREE"))
                    .anyMatch(step -> step.contains("USING PRIMARY KEY"));
        }
    }

    @Test
    void a_session_is_found_by_its_index_without_sorting() throws Exception {
        assertThat(NamedSql.of("select-session-requests.sql")
                        .plan(
                                ledger.connection(),
                                UsageQuery.session("s", raw()).parameters()))
                .noneMatch(step -> step.contains("TEMP B-TREE"))
                .allMatch(step -> step.contains("session_usage_by_session"));
    }

    @Test
    void writes_a_file_that_ends_with_its_own_sums_and_starts_no_formula() throws Exception {
        write("a", "2026-11-22T10:00:00Z", "=cmd|'/c calc'!A0", RequestStatus.OK, 1);
        write("b", "2026-11-22T10:00:00Z", "a \"quoted\", name", RequestStatus.OK, 1);

        UsageQuery query = UsageQuery.daily(raw("format", "csv"));
        String csv = UsageCsv.file(query, ledger.query("select-daily-usage-page.sql", query.parameters()));

        assertThat(csv).isEqualTo("""
                        date,user_id,model_id,provider,request_count,prompt_tokens,completion_tokens,total_tokens,\
                        input_cost,output_cost,total_cost\r
                        2026-11-22,'=cmd|'/c calc'!A0,gpt-4o,openai,1,150,220,370,0.0015,0.0066,0.0081\r
                        2026-11-22,"a ""quoted"", name",gpt-4o,openai,1,150,220,370,0.0015,0.0066,0.0081\r
                        TOTAL,,,,2,300,440,740,0.003,0.0132,0.0162\r
                        """);
    }

    @Test
    void refuses_a_file_that_would_be_cut_short() {
        UsageQuery query = UsageQuery.monthly(raw("format", "csv"));
        List<Map<String, Object>> rows = Collections.nCopies(query.limit() + 1, Map.of());

        assertThat(catchThrowableOfType(RequestException.class, () -> UsageCsv.file(query, rows))
                        .param())
                .isEqualTo("format");
    }

    private void write(String id, String at, String user, RequestStatus status, long latencyMs) throws SQLException {
        ledger.write(List.of(Records.settled(
                Records.opened(id, user, "gpt-4o", Instant.parse(at)),
                status,
                Records.usage(150, 220),
                new Cost(1500, 6600),
                latencyMs)));
    }

    private ObjectNode daily(String... parameters) throws SQLException {
        UsageQuery query = UsageQuery.daily(raw(parameters));
        return UsageAnswers.daily(
                query,
                ledger.query("select-daily-usage-totals.sql", query.parameters()),
                ledger.query("select-daily-usage-page.sql", query.parameters()));
    }

    private ObjectNode monthly(String... parameters) throws SQLException {
        UsageQuery query = UsageQuery.monthly(raw(parameters));
        return UsageAnswers.monthly(
                query,
                ledger.query("select-monthly-usage-totals.sql", query.parameters()),
                ledger.query("select-monthly-usage-page.sql", query.parameters()));
    }

    private ObjectNode session(String id, String... parameters) throws SQLException {
        UsageQuery query = UsageQuery.session(id, raw(parameters));
        return UsageAnswers.session(
                query,
                ledger.query("select-session-totals.sql", query.parameters()),
                ledger.query("select-session-requests.sql", query.parameters()));
    }

    private ObjectNode summary(String... parameters) throws SQLException {
        UsageQuery query = UsageQuery.summary(raw(parameters));
        return UsageAnswers.summary(
                ledger.query("select-summary-totals.sql", query.parameters()),
                ledger.query("select-summary-by-provider.sql", query.parameters()),
                ledger.query("select-summary-by-model.sql", query.parameters()),
                ledger.query("select-summary-p95.sql", query.parameters()));
    }

    private static UnaryOperator<String> raw(String... parameters) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < parameters.length; i += 2) {
            values.put(parameters[i], parameters[i + 1]);
        }
        return values::get;
    }
}
