package dev.caravan.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.caravan.gateway.RunningGateway;
import dev.caravan.stub.Reply;
import dev.caravan.stub.StubProvider;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The dashboard shows the ledger: each number as the API wrote it, digit for digit, and soon. */
class DashboardIT {

    /** Numbers keep the digits that they were written with. */
    private static final JsonMapper EXACT = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
            .build();

    private static StubProvider stub;
    private static RunningGateway gateway;
    private static Chromium chromium;

    private Page page;

    @BeforeAll
    static void start() throws SQLException {
        stub = StubProvider.start();
        gateway = RunningGateway.with().providersAt(stub.address()).start();
        chromium = new Chromium();
        for (int i = 1; i <= 3; i++) {
            call("gpt-4o", "ada", "dash-1", 12_345 * i, 5_678 * i);
            call("claude-haiku-4-5", "ada", "dash-1", 23_456 * i, 6_789 * i);
            call("gemini-2.5-flash", "grace", "dash-2", 133_333 * i, 8_901 * i);
        }
        stub.next(Reply.error(400, "no"));
        chat("gpt-4o", "=grace", "dash-3");
        await().until(() -> gateway.rows("select * from session_usage").size() == 10);
        aMonthAgo();
    }

    @AfterAll
    static void stop() {
        chromium.close();
        gateway.close();
        stub.close();
    }

    @BeforeEach
    void open() {
        chromium.offences().clear();
        page = window(1280, 820, ColorScheme.LIGHT, "en-US");
    }

    @AfterEach
    void nothing_went_wrong_behind_the_page() {
        page.context().close();
        assertThat(chromium.offences()).isEmpty();
    }

    @Test
    void every_number_is_the_apis_digit_for_digit() {
        page.navigate("/usage");
        page.locator("#period").selectOption("all");
        JsonNode total = api("/api/usage/summary");
        assertThat(page.locator("#tile-requests")).hasText(text(total, "request_count"));
        assertThat(page.locator("#tile-cost")).hasText("$" + text(total, "total_cost"));
        assertThat(page.locator("#tile-tokens")).hasText(text(total, "total_tokens"));
        assertThat(page.locator("#tile-latency")).hasText(text(total.at("/latency_ms"), "mean") + " ms");
        assertThat(page.locator("#tile-latency-parts")).containsText(text(total.at("/latency_ms"), "p95") + " ms");

        for (JsonNode model : total.at("/by_model")) {
            sameRow("#models", model, "model_id", "request_count", "total_tokens", "total_cost");
        }
        for (JsonNode provider : total.at("/by_provider")) {
            sameRow("#providers", provider, "provider", "request_count", "total_tokens", "total_cost");
        }
        JsonNode days = api("/api/usage/daily");
        assertThat(days.at("/data").size()).isGreaterThan(3);
        List<String> shown = everyPage();
        assertThat(shown).hasSize(days.at("/data").size());
        for (JsonNode row : days.at("/data")) {
            assertThat(shown)
                    .contains(line(
                            row,
                            "date",
                            "user_id",
                            "model_id",
                            "provider",
                            "request_count",
                            "prompt_tokens",
                            "completion_tokens",
                            "total_tokens",
                            "total_cost"));
        }
        for (String user : List.of("ada", "grace", "=grace")) {
            sameRow(
                    "#by-users",
                    api("/api/usage/daily?user_id=" + user.replace("=", "%3D")),
                    user,
                    "request_count",
                    "total_tokens",
                    "total_cost");
        }

        page.locator("#step [data-value=monthly]").click();
        JsonNode months = api("/api/usage/monthly");
        assertThat(page.locator("#rows thead th").first()).hasText("Month");
        shown = everyPage();
        assertThat(shown).hasSize(months.at("/data").size());
        for (JsonNode row : months.at("/data")) {
            assertThat(shown)
                    .contains(line(
                            row,
                            "month",
                            "user_id",
                            "model_id",
                            "provider",
                            "request_count",
                            "prompt_tokens",
                            "completion_tokens",
                            "total_tokens",
                            "total_cost"));
        }
    }

    @Test
    void filters_are_the_apis_filters() {
        page.navigate("/usage");
        page.locator("#period").selectOption("all");
        page.locator("#provider").selectOption("anthropic");
        JsonNode part = api("/api/usage/summary?provider=anthropic");
        assertThat(page.locator("#tile-cost")).hasText("$" + text(part, "total_cost"));
        assertThat(page.locator("#models tbody tr")).hasCount(1);

        page.locator("#provider").selectOption("");
        page.locator("#user").fill("ada");
        page.locator("#user").press("Tab");
        assertThat(page.locator("#tile-cost")).hasText("$" + text(api("/api/usage/summary?user_id=ada"), "total_cost"));
        assertThat(page.locator("#csv"))
                .hasAttribute("href", java.util.regex.Pattern.compile(".*user_id=ada.*format=csv"));

        page.locator("#period").selectOption("custom");
        page.locator("#from").fill("2020-01-01");
        page.locator("#to").fill("2020-01-31");
        assertThat(page.locator("#tile-requests")).hasText("0");
        assertThat(page.locator("#plot-empty")).isVisible();
        page.locator("#from").fill("2020-02-01");
        page.locator("#to").press("Tab");
        assertThat(page.locator("#trouble .fault")).containsText("from must not be after to");
    }

    @Test
    void the_csv_is_the_apis_file() throws Exception {
        page.navigate("/usage");
        assertThat(page.locator("#csv")).hasAttribute("href", java.util.regex.Pattern.compile("/api/usage/daily.*"));
        Download file = page.waitForDownload(() -> page.locator("#csv").click());

        String path = page.locator("#csv").getAttribute("href");
        assertThat(Files.readString(file.path()))
                .isEqualTo(gateway.get(path).body())
                .contains("TOTAL", "'=grace");
    }

    @Test
    void one_session_is_shown_with_its_requests() {
        page.navigate("/usage?session=dash-1");
        JsonNode session = api("/api/usage/session/dash-1");
        for (String name : List.of("request_count", "prompt_tokens", "total_tokens", "total_cost")) {
            assertThat(page.locator("#session-totals [data-fact=" + name + "] dd"))
                    .hasText(text(session, name));
        }
        assertThat(page.locator("#session-requests tbody tr"))
                .hasCount(session.at("/requests").size());
        JsonNode newest = session.at("/requests/0");
        Locator first = page.locator("#session-requests tbody tr").first();
        assertThat(first.locator("code")).hasText(text(newest, "request_id"));
        assertThat(first.locator("[data-column=total_cost]")).hasText(text(newest, "total_cost"));

        page.locator("#session").fill("nobody knows/it?");
        page.locator("#session").press("Enter");
        assertThat(page.locator("#session-totals")).hasText("The ledger has no such session.");
    }

    @Test
    void what_is_used_now_is_here_in_seconds() {
        page.navigate("/usage");
        assertThat(page.locator("#tile-requests")).not().hasText("–");
        int before = Integer.parseInt(page.locator("#tile-requests").textContent());
        call("gpt-4.1", "alan", "dash-live", 10, 20);

        assertThat(page.locator("#tile-requests"))
                .hasText(Integer.toString(before + 1), new LocatorAssertions.HasTextOptions().setTimeout(15_000));
        assertThat(page.locator("#models")).containsText("gpt-4.1");
    }

    @Test
    void what_is_used_is_seen_also_while_an_audit_takes_its_time() {
        page.route("**/api/usage/audit", route -> {
            // Never answered: the audit of a large ledger.
        });
        page.navigate("/usage");
        assertThat(page.locator("#tile-requests")).not().hasText("–");
        int before = Integer.parseInt(page.locator("#tile-requests").textContent());
        call("gpt-4.1", "alan", "dash-audited", 10, 20);

        assertThat(page.locator("#tile-requests"))
                .hasText(Integer.toString(before + 1), new LocatorAssertions.HasTextOptions().setTimeout(15_000));
        page.unrouteAll();
    }

    @Test
    void the_audits_verdict_is_the_gateways_and_has_its_time() throws SQLException {
        try (RunningGateway other =
                RunningGateway.with().providersAt(stub.address()).start()) {
            stub.next(Reply.ok().usage(100, 10), Reply.ok().usage(200, 20));
            for (int i = 0; i < 2; i++) {
                other.chat("gpt-4o", "Hi");
            }
            Page audited = chromium.window(1280, 820, ColorScheme.LIGHT, "en-US", other.address());
            audited.navigate("/usage");
            assertThat(audited.locator("#audit-verdict")).hasText("Sound");
            assertThat(audited.locator("#audit-time"))
                    .hasText(java.util.regex.Pattern.compile(
                            "2 rows checked, \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d UTC"));

            try (Connection ledger = DriverManager.getConnection(other.ledgerUrl());
                    var statement = ledger.createStatement()) {
                statement.execute("pragma busy_timeout=5000");
                statement.execute("update daily_usage set prompt_tokens = prompt_tokens + 1");
            }
            audited.reload();
            assertThat(audited.locator("#audit-verdict")).hasText(java.util.regex.Pattern.compile("\\d+ differences?"));
            audited.context().close();
        }
    }

    @Test
    void keeps_nobody_out_in_light_and_dark_wide_and_narrow() {
        soundAudit(page);
        page.setViewportSize(1280, 1060);
        page.navigate("/usage?session=dash-1");
        assertThat(page.locator("#session-requests tbody tr")).hasCount(6);
        assertThat(page.locator("#tile-requests")).not().hasText("–");
        assertThat(Chromium.barriers(page)).isEmpty();
        page.evaluate("window.scrollTo(0, 0)");
        Chromium.picture(page, "usage-light");

        Page narrow = window(390, 844, ColorScheme.DARK, "ko-KR");
        soundAudit(narrow);
        narrow.navigate("/usage?session=dash-1");
        assertThat(narrow.locator("#session-requests tbody tr")).hasCount(6);
        assertThat(narrow.locator("#tile-requests")).not().hasText("–");
        narrow.locator(".as-table summary").click();
        assertThat((Integer) narrow.evaluate("document.documentElement.scrollWidth"))
                .isEqualTo(390);
        assertThat(Chromium.barriers(narrow)).isEmpty();
        narrow.evaluate("window.scrollTo(0, 0)");
        Chromium.picture(narrow, "usage-narrow-ko-dark");
        narrow.context().close();
    }

    @Test
    void keeps_nobody_out_while_the_ledger_has_not_answered() {
        page.route("**/api/usage/summary*", route -> {
            // Never answered: the summary of a large ledger.
        });
        page.navigate("/usage?session=dash-1");
        assertThat(page.locator("#session-requests tbody tr")).hasCount(6);
        assertThat(Chromium.barriers(page)).isEmpty();
        page.unrouteAll();
    }

    /** The days that were made up have no rows, and the audit would say so in the pictures. */
    private static void soundAudit(Page page) {
        page.route(
                "**/api/usage/audit",
                route -> route.fulfill(
                        new Route.FulfillOptions()
                                .setContentType("application/json")
                                .setBody(
                                        "{\"sound\":true,\"checked_at\":\"2026-11-23T08:00:00Z\",\"rows\":42,\"differences\":[]}")));
    }

    private static Page window(int width, int height, ColorScheme light, String locale) {
        return chromium.window(width, height, light, locale, gateway.address());
    }

    private void sameRow(String table, JsonNode row, String name, String... columns) {
        String first = row.path(name).isMissingNode() ? name : row.path(name).asText();
        List<String> cells = new ArrayList<>(List.of(first));
        for (String column : columns) {
            cells.add(text(row, column));
        }
        assertThat(rows(table)).contains(String.join(" | ", cells));
    }

    /** The cells of each row, as they stand in the document: what a reader copies. */
    @SuppressWarnings("unchecked")
    private List<String> rows(String table) {
        assertThat(page.locator(table + " tbody th").first()).isVisible();
        return (List<String>) page.locator(table + " tbody tr")
                .evaluateAll("rows => rows.map(row => [...row.children].map(cell => cell.textContent).join(' | '))");
    }

    /** The rows of all pages, newest first, with the buttons that a reader has. */
    private List<String> everyPage() {
        List<String> all = new ArrayList<>(rows("#rows"));
        while (page.locator("#next").isEnabled()) {
            page.locator("#next").click();
            all.addAll(rows("#rows"));
        }
        return all;
    }

    private static String line(JsonNode row, String... columns) {
        List<String> cells = new ArrayList<>();
        for (String column : columns) {
            cells.add(text(row, column));
        }
        return String.join(" | ", cells);
    }

    private static String text(JsonNode row, String name) {
        JsonNode value = row.get(name);
        return value.isNumber() ? value.decimalValue().toPlainString() : value.asText();
    }

    private static JsonNode api(String path) {
        try {
            return EXACT.readTree(gateway.get(path).body());
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void call(String model, String user, String session, long prompt, long completion) {
        stub.next(Reply.ok().usage(prompt, completion));
        chat(model, user, session);
    }

    private static void chat(String model, String user, String session) {
        gateway.post("/api/chat/completions", """
                {"model":"%s","user_id":"%s","session_id":"%s","messages":[{"role":"user","content":"Hi"}]}""".formatted(model, user, session));
    }

    /** Days that have been: the same rows, dated back, so that the plot has a past. */
    private static void aMonthAgo() throws SQLException {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        try (Connection ledger = DriverManager.getConnection(
                        "jdbc:sqlite:" + gateway.folder().resolve("usage.db"));
                var statement = ledger.createStatement()) {
            statement.execute("pragma busy_timeout=5000");
            List<String> columns = new ArrayList<>();
            try (var info = statement.executeQuery("select name from pragma_table_info('daily_usage')")) {
                while (info.next()) {
                    columns.add(info.getString(1));
                }
            }
            String all = String.join(", ", columns);
            for (int back = 1; back <= 40; back++) {
                String date = today.minusDays(back).toString();
                String some = all.replaceFirst("\\bdate\\b", "'" + date + "'")
                        // Of a lost request nobody knows how long it took: so the p95 is that of the real rows.
                        .replaceFirst("\\blost_count\\b", "request_count")
                        .replaceFirst("\\blatency_ms_sum\\b", "0")
                        .replaceFirst("\\binput_cost_micros\\b", "input_cost_micros * (1 + " + back * 7 % 5 + ") / 4");
                statement.execute("insert into daily_usage (" + all + ") select " + some
                        + " from daily_usage where date = '" + today + "' and (" + back + " % 7) not in (5, 6)");
            }
            // The months follow: the API takes whole months from their own table.
            List<String> sums = new ArrayList<>(columns);
            sums.removeAll(List.of("date", "user_id", "model_id", "provider"));
            statement.execute("delete from monthly_usage");
            statement.execute(
                    "insert into monthly_usage (month, user_id, model_id, provider, " + String.join(", ", sums)
                            + ") select substr(date, 1, 7), user_id, model_id, max(provider), sum("
                            + String.join("), sum(", sums) + ") from daily_usage group by 1, 2, 3");
        }
    }
}
