package dev.caravan.usage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.sqlite.SQLiteDataSource;

/**
 * How fast the usage API's SQL is on a ledger of a given size. A program, no test:
 *
 * <pre>{@code
 * mvn -q test-compile dependency:build-classpath -Dmdep.outputFile=target/classpath
 * java -cp target/test-classes:target/classes:$(cat target/classpath) dev.caravan.usage.BigLedger target/big.db 1000000
 * }</pre>
 *
 * <p>500 users, each with three models of 30 that it likes, 24 months, a few users with most of the requests.
 */
final class BigLedger {

    private static final int USERS = 500;
    private static final int MODELS = 30;
    private static final long BEGIN = Instant.parse("2024-12-01T00:00:00Z").getEpochSecond();
    private static final long SECONDS = 730L * 86_400;
    private static final int TRANSACTION = 100_000;

    private final Connection connection;

    private BigLedger(Connection connection) {
        this.connection = connection;
    }

    /** @param args the file, which is filled where it is not there; how many rows; optionally bytes to archive it down to */
    public static void main(String[] args) throws SQLException {
        Path file = Path.of(args[0]);
        boolean isNew = !Files.exists(file);
        SqliteFile.prepare(file);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file + "?journal_mode=WAL")) {
            new Migrations(file.toString()).migrate(connection);
            BigLedger ledger = new BigLedger(connection);
            if (isNew) {
                ledger.fill(Integer.parseInt(args[1]));
            }
            if (args.length > 2) {
                ledger.archive(file, Long.parseLong(args[2]));
            }
            ledger.measure();
        }
    }

    /** Archives down to a size, and says how long a writer had to wait meanwhile, and what the archives cost the questions. */
    private void archive(Path file, long above) throws SQLException {
        long before = file.toFile().length();
        long began = System.nanoTime();
        AtomicBoolean done = new AtomicBoolean();
        Thread archiver = new Thread(() -> {
            try (Archive archive = new Archive(file, above, Clock.systemUTC())) {
                System.out.println(archive.run());
            } finally {
                done.set(true);
            }
        });
        archiver.start();
        long longest = 0;
        int batches = 0;
        try (TestLedger writer = new TestLedger(file)) {
            while (!done.get()) {
                List<UsageRecord> batch = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    batch.add(Records.settled(Records.opened("w" + began + "-" + batches + "-" + i)));
                }
                long wrote = System.nanoTime();
                writer.write(batch);
                longest = Math.max(longest, System.nanoTime() - wrote);
                batches++;
                LockSupport.parkNanos(20_000_000);
            }
        }
        say("archived", before, began);
        System.out.printf(
                "the file had %,d bytes and has %,d; a writer wrote %d batches and waited %.0f ms at most%n",
                before, file.toFile().length(), batches, longest / 1e6);
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + file);
        try (Archive archive = new Archive(file, 0, Clock.systemUTC())) {
            ArchivedRows rows = new ArchivedRows(archive, source);
            for (int i = 0; i < 3; i++) {
                long asked = System.nanoTime();
                SessionRows found = rows.session(UsageQuery.session("sess_3_10", name -> null));
                System.out.printf(
                        "session over the archives    %.1f ms %s%n",
                        (System.nanoTime() - asked) / 1e6, found == null ? null : found.totals());
                asked = System.nanoTime();
                System.out.printf("p95 over the archives        %s", rows.p95(UsageQuery.summary(name -> null)));
                System.out.printf(" %.1f ms%n", (System.nanoTime() - asked) / 1e6);
            }
        }
    }

    private void fill(int rows) throws SQLException {
        long began = System.nanoTime();
        Random random = new Random(1);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA synchronous = OFF");
            statement.execute("PRAGMA cache_size = -400000");
        }
        connection.setAutoCommit(false);
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO session_usage (request_id, session_id, user_id, requested_model, model_id, provider, endpoint,"
                        + " stream, status, usage_source, prompt_tokens, completion_tokens, total_tokens, cached_tokens,"
                        + " cache_write_tokens, cache_write_1h_tokens, reasoning_tokens, input_cost_micros,"
                        + " output_cost_micros, price_version, finish_reason, latency_ms, created_at, ended_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, '/api/chat/completions', 0, ?, 'provider', ?, ?, ?, 0, 0, 0, 0, ?, ?,"
                        + " '2026-11-22', 'stop', ?, ?, ?)")) {
            for (int i = 0; i < rows; i++) {
                set(insert, random, i, rows);
                insert.addBatch();
                if ((i + 1) % 1_000 == 0) {
                    insert.executeBatch();
                }
                if ((i + 1) % TRANSACTION == 0) {
                    connection.commit();
                }
            }
            insert.executeBatch();
        }
        connection.commit();
        rollUp("daily_usage", "date", 10);
        rollUp("monthly_usage", "month", 7);
        connection.commit();
        connection.setAutoCommit(true);
        say("filled", rows, began);
    }

    private static void set(PreparedStatement insert, Random random, int i, int rows) throws SQLException {
        double share = random.nextDouble();
        int user = (int) (USERS * share * share);
        int model = random.nextInt(20) == 0 ? random.nextInt(MODELS) : (user * 7 + random.nextInt(3) * 11) % MODELS;
        String at = Instant.ofEpochSecond(BEGIN + SECONDS * i / rows).toString().replace("Z", ".000Z");
        int prompt = random.nextInt(4_000);
        int completion = random.nextInt(1_000);
        // Most in a second or two, some much longer, each model at its own pace.
        int latency = (int) ((300 + model * 40) * Math.exp(random.nextGaussian() * 0.8));
        String status = random.nextInt(200) == 0 ? "lost" : random.nextInt(50) == 0 ? "provider_error" : "ok";
        Object[] values = {
            String.format("req_%016x%016x", random.nextLong(), random.nextLong()),
            "sess_" + user + "_" + i / 2_000,
            "user-" + user,
            "model-" + model,
            "model-" + model,
            "provider-" + model % 4,
            status,
            prompt,
            completion,
            prompt + completion,
            prompt * 3,
            completion * 15,
            latency,
            at,
            at
        };
        for (int k = 0; k < values.length; k++) {
            insert.setObject(k + 1, values[k]);
        }
    }

    private void rollUp(String table, String period, int length) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO " + table + " (" + period
                    + ", user_id, model_id, provider, request_count,"
                    + " ok_count, lost_count, prompt_tokens, completion_tokens, total_tokens, cached_tokens,"
                    + " cache_write_tokens, cache_write_1h_tokens, reasoning_tokens, input_cost_micros,"
                    + " output_cost_micros, latency_ms_sum)"
                    + " SELECT substr(created_at, 1, " + length + "), user_id, model_id, MAX(provider), COUNT(*),"
                    + " SUM(status = 'ok'), SUM(status = 'lost'), SUM(prompt_tokens), SUM(completion_tokens),"
                    + " SUM(total_tokens), 0, 0, 0, 0, SUM(input_cost_micros), SUM(output_cost_micros),"
                    + " SUM(CASE WHEN status = 'lost' THEN 0 ELSE latency_ms END)"
                    + " FROM session_usage GROUP BY 1, 2, 3");
        }
    }

    private void measure() throws SQLException {
        for (String table : List.of("session_usage", "daily_usage", "monthly_usage")) {
            long began = System.nanoTime();
            try (Statement statement = connection.createStatement();
                    var row = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
                say(table, row.getLong(1), began);
            }
        }
        String session;
        try (Statement statement = connection.createStatement();
                var row = statement.executeQuery(
                        "SELECT session_id FROM session_usage WHERE user_id = 'user-3' LIMIT 1 OFFSET 20")) {
            session = row.getString(1);
        }
        UsageQuery one = UsageQuery.session(session, name -> null);
        run("session", one, List.of("select-session-totals.sql", "select-session-requests.sql"));
        Map<String, Map<String, String>> filters = new LinkedHashMap<>();
        filters.put("everything", Map.of());
        filters.put("one day", Map.of("date", "2026-03-05"));
        filters.put("one month", Map.of("from", "2026-03-01", "to", "2026-03-31"));
        filters.put("one year", Map.of("from", "2025-06-10", "to", "2026-06-09"));
        filters.put("busy user", Map.of("user_id", "user-0"));
        filters.put("calm user", Map.of("user_id", "user-450"));
        filters.put("fast model", Map.of("model", "model-0"));
        filters.put("slow model, month", Map.of("model", "model-29", "from", "2026-03-01", "to", "2026-03-31"));
        filters.put("nobody", Map.of("user_id", "nobody"));
        for (Map.Entry<String, Map<String, String>> filter : filters.entrySet()) {
            UnaryOperator<String> raw = filter.getValue()::get;
            run(
                    "daily, " + filter.getKey(),
                    UsageQuery.daily(raw),
                    List.of("select-daily-usage-totals.sql", "select-daily-usage-page.sql"));
            Map<String, String> months = new LinkedHashMap<>(filter.getValue());
            months.remove("date");
            months.replaceAll((name, value) -> name.matches("from|to") ? value.substring(0, 7) : value);
            run(
                    "monthly, " + filter.getKey(),
                    UsageQuery.monthly(months::get),
                    List.of("select-monthly-usage-totals.sql", "select-monthly-usage-page.sql"));
            run(
                    "summary, " + filter.getKey(),
                    UsageQuery.summary(raw),
                    List.of(
                            "select-summary-totals.sql",
                            "select-summary-by-provider.sql",
                            "select-summary-by-model.sql",
                            "select-summary-p95.sql"));
        }
    }

    private void run(String title, UsageQuery query, List<String> files) throws SQLException {
        for (String file : files) {
            NamedSql statement = NamedSql.of(file);
            List<String> plan = new ArrayList<>(statement.plan(connection, query.parameters()));
            // The better of two: the first one reads the file.
            long best = Long.MAX_VALUE;
            Object result = null;
            for (int i = 0; i < 2; i++) {
                long began = System.nanoTime();
                List<Map<String, Object>> rows = statement.query(connection, query.parameters());
                best = Math.min(best, System.nanoTime() - began);
                result = file.contains("p95") ? rows : rows.size();
            }
            System.out.printf("%-28s %-34s %9.1f ms  %s  %s%n", title, file, best / 1e6, result, plan);
        }
    }

    private static void say(String what, long rows, long began) {
        System.out.printf("%-28s %,d rows in %.1f s%n", what, rows, (System.nanoTime() - began) / 1e9);
    }
}
