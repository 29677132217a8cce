package dev.caravan.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.route.LedgerSql;
import dev.caravan.usage.Cost;
import dev.caravan.usage.Journal;
import dev.caravan.usage.OpenedRequest;
import dev.caravan.usage.RequestStatus;
import dev.caravan.usage.UsageRecord;
import dev.caravan.wire.TokenUsage;
import dev.caravan.wire.UsageSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The routes that write the ledger, with a real journal and a real file, and nothing else of the gateway. */
class LedgerRouteTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private LedgerParts ledger;
    private Journal journal;

    @BeforeEach
    void start() throws Exception {
        camel.getPropertiesComponent().setLocation("file:application.properties");
        camel.getPropertiesComponent().addOverrideProperty("usage.db-url", "jdbc:sqlite:" + folder.resolve("usage.db"));
        Settings settings = new Settings(camel);
        ledger = new LedgerParts(settings, Clock.systemUTC());
        journal = ledger.journal();
        camel.addComponent("sql", new LedgerSql());
        ledger.bind(camel.getRegistry(), settings);
        camel.start();
        for (String file : new String[] {"errors", "usage"}) {
            PluginHelper.getRoutesLoader(camel)
                    .loadRoutes(ResourceHelper.resolveResource(camel, "file:routes/" + file + ".camel.yaml"));
        }
    }

    @AfterEach
    void stop() {
        camel.stop();
        ledger.close();
    }

    @Test
    void a_batch_that_was_written_before_is_written_one_by_one_and_counts_once() throws Exception {
        settle("a", "b", "c");
        assertThat(journal.awaitWritten(SOON)).isTrue();
        settle("b", "d", "a", "e");
        assertThat(journal.awaitWritten(SOON)).isTrue();
        settle("f");
        assertThat(journal.awaitWritten(SOON)).isTrue();

        assertThat(number("select count(*) from session_usage")).isEqualTo(6);
        assertThat(number("select sum(request_count) from daily_usage")).isEqualTo(6);
        assertThat(number("select sum(total_tokens) from monthly_usage")).isEqualTo(6 * 370);
        assertThat(number("select settled from journal")).isEqualTo(6);
        assertThat(number("select opened from journal")).isEqualTo(8);
    }

    @Test
    void all_of_a_batch_may_be_known() throws Exception {
        settle("a", "b");
        assertThat(journal.awaitWritten(SOON)).isTrue();
        settle("a", "b");
        assertThat(journal.awaitWritten(SOON)).isTrue();

        assertThat(number("select count(*) from session_usage")).isEqualTo(2);
        assertThat(number("select sum(request_count) from monthly_usage")).isEqualTo(2);
    }

    private void settle(String... ids) {
        for (String id : ids) {
            Instant now = Instant.now();
            OpenedRequest opened = new OpenedRequest(
                    id, null, "s", "u", "gpt-4o", "gpt-4o", "openai", "/api/chat/completions", false, now, "v");
            journal.opened(opened);
            journal.settled(new UsageRecord(
                    opened,
                    RequestStatus.OK,
                    new TokenUsage(150, 220, 0, 0, 0, 0, UsageSource.PROVIDER),
                    new Cost(1500, 6600),
                    now,
                    12,
                    null,
                    "stop",
                    null,
                    null));
        }
        journal.ring();
    }

    private long number(String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("usage.db"));
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.getLong(1);
        }
    }
}
