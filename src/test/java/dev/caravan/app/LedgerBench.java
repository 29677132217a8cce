package dev.caravan.app;

import dev.caravan.route.LedgerSql;
import dev.caravan.usage.Cost;
import dev.caravan.usage.Journal;
import dev.caravan.usage.OpenedRequest;
import dev.caravan.usage.RequestStatus;
import dev.caravan.usage.UsageRecord;
import dev.caravan.wire.TokenUsage;
import dev.caravan.wire.UsageSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/**
 * What recording costs: the two steps on a request's path, and how fast the route behind them writes rows. Run it with
 * {@code mvn -Pbench verify -Dbench=ledger}; it is no test, because times on a shared machine prove nothing.
 */
public final class LedgerBench {

    private static final int WARM_UP = 50_000;
    private static final int RECORDS = 200_000;

    private LedgerBench() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory(Path.of("target"), "ledger-bench");
        String url = arguments.length > 0 ? arguments[0] : "jdbc:sqlite:" + folder.resolve("usage.db");
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.getPropertiesComponent().setLocation("file:application.properties");
            camel.getPropertiesComponent().addInitialProperty("usage.db-url", url);
            camel.getPropertiesComponent().addOverrideProperty("usage.db-url", url);
            camel.getPropertiesComponent()
                    .addOverrideProperty(
                            "usage.journal-dir", folder.resolve("journal").toString());
            Settings settings = new Settings(camel);
            try (LedgerParts ledger = new LedgerParts(settings, Clock.systemUTC())) {
                camel.addComponent("sql", new LedgerSql());
                ledger.bind(camel.getRegistry(), settings);
                Journal journal = ledger.journal();
                record(journal, WARM_UP, "w");
                long[] nanos = record(journal, RECORDS, "r");
                Arrays.sort(nanos);
                System.out.printf(
                        "request path, opened + settled: median %.1f us, p99 %.1f us, p99.9 %.1f us%n",
                        nanos[RECORDS / 2] / 1e3, nanos[RECORDS / 100 * 99] / 1e3, nanos[RECORDS / 1000 * 999] / 1e3);
                camel.start();
                long since = System.nanoTime();
                for (String file : new String[] {"errors", "usage"}) {
                    PluginHelper.getRoutesLoader(camel)
                            .loadRoutes(ResourceHelper.resolveResource(camel, "file:routes/" + file + ".camel.yaml"));
                }
                journal.awaitWritten(Duration.ofMinutes(5));
                double seconds = (System.nanoTime() - since) / 1e9;
                System.out.printf(
                        "writer, cold: %d rows in %.2f s, %.0f rows a second%n",
                        WARM_UP + RECORDS, seconds, (WARM_UP + RECORDS) / seconds);
                since = System.nanoTime();
                record(journal, RECORDS, "s");
                journal.awaitWritten(Duration.ofMinutes(5));
                seconds = (System.nanoTime() - since) / 1e9;
                System.out.printf(
                        "recorded and written, warm: %d rows in %.2f s, %.0f rows a second%n",
                        RECORDS, seconds, RECORDS / seconds);
            }
        }
    }

    private static long[] record(Journal journal, int count, String prefix) {
        long[] nanos = new long[count];
        TokenUsage usage = new TokenUsage(150, 220, 0, 0, 0, 0, UsageSource.PROVIDER);
        for (int i = 0; i < count; i++) {
            Instant now = Instant.now();
            OpenedRequest opened = new OpenedRequest(
                    "req_" + prefix + i,
                    null,
                    "session-" + i % 1000,
                    "user-" + i % 100,
                    "gpt-4o",
                    "gpt-4o",
                    "openai",
                    "/api/chat/completions",
                    false,
                    now,
                    "2026-11-22-00000000");
            UsageRecord settled = new UsageRecord(
                    opened, RequestStatus.OK, usage, new Cost(1500, 6600), now, 1234, null, "stop", null, null);
            long since = System.nanoTime();
            journal.opened(opened);
            journal.settled(settled);
            nanos[i] = System.nanoTime() - since;
        }
        journal.ring();
        return nanos;
    }
}
