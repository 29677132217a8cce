package dev.caravan.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.stub.Reply;
import dev.caravan.stub.StubProvider;
import dev.caravan.usage.Audit;
import dev.caravan.usage.AuditReport;
import dev.caravan.usage.LedgerSource;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gateways that are killed under load, plain and streaming: no answer that reached a caller may be missing in the ledger. */
class CrashIT {

    private static final int REQUESTS = 2_000;
    private static final int CALLERS = 24;
    private static final int ROUNDS = 3;

    @TempDir
    Path folder;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Set<String> answered = ConcurrentHashMap.newKeySet();
    private final AtomicInteger sent = new AtomicInteger();
    private StubProvider stub;
    private final List<RunningProgram> programs = new ArrayList<>();

    @BeforeEach
    void startProvider() {
        stub = StubProvider.start();
        stub.always(Reply.ok().delay(Duration.ofMillis(5)));
        stub.alwaysStream(Reply.stream(Streams.OPENAI, Duration.ofMillis(2)));
    }

    @AfterEach
    void end() {
        programs.forEach(RunningProgram::close);
        stub.close();
    }

    @Test
    void three_kills_lose_and_double_nothing_in_a_sqlite_ledger() throws Exception {
        RunningProgram program = program("home");
        String ledger = "jdbc:sqlite:" + program.home().resolve("data/usage.db");
        Process process = program.start();
        for (int round = 1; round <= ROUNDS; round++) {
            load(program, round * REQUESTS);
            process.destroyForcibly().waitFor();
            joinCallers();
            process = program.start();
            check(ledger, "SQLite, kill " + round);
        }
        process.destroy();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        check(ledger, "SQLite, end");
    }

    @Test
    void one_of_three_gateways_on_one_postgres_is_killed_and_replaced() throws Exception {
        try (TestPostgres postgres = new TestPostgres()) {
            String ledger = postgres.database();
            List<Process> processes = new ArrayList<>();
            for (int i = 1; i <= 3; i++) {
                RunningProgram program = program("gateway" + i).variable("USAGE_DB_URL", ledger);
                processes.add(program.start());
            }
            for (int round = 1; round <= ROUNDS; round++) {
                int killed = round - 1;
                for (RunningProgram program : programs) {
                    load(program, 0);
                }
                awaitAnswers(round * REQUESTS);
                processes.get(killed).destroyForcibly().waitFor();
                processes.set(killed, programs.get(killed).start());
                stopCallers();
                for (RunningProgram program : programs) {
                    // Answers when all of its own usage is written.
                    assertThat(get(program, "/api/usage/daily")).isEqualTo(200);
                }
                check(ledger, "PostgreSQL, kill " + round);
            }
            for (Process process : processes) {
                process.destroy();
                assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            }
            check(ledger, "PostgreSQL, end");
        }
    }

    private RunningProgram program(String name) {
        RunningProgram program = new RunningProgram(folder.resolve(name))
                .variable("OPENAI_BASE_URL", stub.address() + "/v1")
                .variable("OPENAI_API_KEY", "sk-test-openai");
        programs.add(program);
        return program;
    }

    private final List<CompletableFuture<?>> callers = new ArrayList<>();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private volatile boolean enough;

    /** Starts callers, and returns when so many answers came in all. */
    private void load(RunningProgram program, int answers) {
        enough = false;
        for (int i = 0; i < CALLERS; i++) {
            callers.add(askForEver(program, i % 2 == 0));
        }
        awaitAnswers(answers);
    }

    private void awaitAnswers(int answers) {
        await().atMost(Duration.ofSeconds(120)).until(() -> {
            assertThat(refused).isEmpty();
            return answered.size() >= answers;
        });
    }

    private void stopCallers() throws Exception {
        enough = true;
        joinCallers();
    }

    private void joinCallers() throws Exception {
        for (CompletableFuture<?> caller : callers) {
            // A caller ends with its gateway.
            caller.exceptionally(gone -> null).get(30, TimeUnit.SECONDS);
        }
        callers.clear();
    }

    private CompletableFuture<?> askForEver(RunningProgram program, boolean stream) {
        String body = "{\"model\":\"gpt-4o\",\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
        sent.incrementAndGet();
        return client.sendAsync(
                        HttpRequest.newBuilder(URI.create(program.address() + "/api/chat/completions"))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .thenCompose(response -> {
                    if (response.statusCode() != 200) {
                        refused.add(response.body());
                    }
                    if (!stream || response.body().contains("[DONE]")) {
                        answered.add(
                                response.headers().firstValue("X-Request-Id").orElseThrow());
                    }
                    return enough ? CompletableFuture.completedFuture(null) : askForEver(program, stream);
                });
    }

    private int get(RunningProgram program, String path) throws Exception {
        return client.send(
                        HttpRequest.newBuilder(URI.create(program.address() + path))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private void check(String url, String what) throws Exception {
        AuditReport report = new Audit(new LedgerSource(url), null, Duration.ZERO, java.time.Clock.systemUTC()).run();
        assertThat(report.differences()).isEmpty();
        assertThat(report.inFlight()).as("who was killed has been replayed").isZero();
        Map<String, String> rows = new HashMap<>();
        int doubled = 0;
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery("select request_id, status from session_usage")) {
                while (row.next()) {
                    doubled += rows.put(row.getString(1), row.getString(2)) == null ? 0 : 1;
                }
            }
            long lost = rows.values().stream().filter("lost"::equals).count();
            long found = answered.stream().filter(rows::containsKey).count();
            long answeredLost =
                    answered.stream().filter(id -> "lost".equals(rows.get(id))).count();
            System.out.printf(
                    "%-18s sent %6d, answered %6d, found %6d, doubled %d, rows lost in flight %d%n",
                    what, sent.get(), answered.size(), found, doubled, lost);
            assertThat(refused).isEmpty();
            assertThat(answered).filteredOn(id -> !rows.containsKey(id)).isEmpty();
            assertThat(doubled).isZero();
            assertThat(answeredLost).as("an answer that came is no lost one").isZero();
            assertThat(rows).as("no row without a request").hasSizeLessThanOrEqualTo(sent.get());
            try (ResultSet sums = statement.executeQuery("select count(*), sum(total_tokens),"
                    + " sum(input_cost_micros + output_cost_micros), (select sum(request_count) from daily_usage),"
                    + " (select sum(total_tokens) from daily_usage),"
                    + " (select sum(input_cost_micros + output_cost_micros) from daily_usage),"
                    + " (select sum(request_count) from monthly_usage), (select sum(total_tokens) from monthly_usage),"
                    + " (select sum(input_cost_micros + output_cost_micros) from monthly_usage) from session_usage")) {
                assertThat(sums.next()).isTrue();
                for (int column = 4; column <= 9; column++) {
                    assertThat(sums.getLong(column)).as("sum %d", column).isEqualTo(sums.getLong((column - 1) % 3 + 1));
                }
            }
        }
    }
}
