package dev.caravan.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.catalog.Catalog;
import dev.caravan.catalog.CatalogFile;
import dev.caravan.catalog.PricingJson;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** What the ledger keeps beside the rows, so that they can be proved: prices, and the counts of each journal. */
class LedgerBooksTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T08:00:00Z"), ZoneOffset.UTC);

    @TempDir
    Path folder;

    private final SQLiteDataSource database = new SQLiteDataSource();

    @Test
    void keeps_the_prices_of_each_catalogue_for_ever() throws Exception {
        try (TestLedger ledger = ledger()) {
            PriceBook prices = new PriceBook(database, CLOCK);
            Catalog old = catalog("0.01");
            prices.add(old);
            prices.add(old);
            Catalog dearer = catalog("0.02");
            prices.add(dearer);

            assertThat(ledger.number("SELECT COUNT(*) FROM price")).isEqualTo(2);
            assertThat(PricingJson.read(
                                    "x",
                                    ledger.text("SELECT pricing FROM price WHERE price_version = '" + old.priceVersion()
                                            + "' AND model_id = 'm'"))
                            .input())
                    .isEqualByComparingTo("0.01");
            assertThat(ledger.text("SELECT MIN(seen_at) FROM price")).isEqualTo("2026-11-23T08:00:00Z");
        }
    }

    @Test
    void adds_what_an_interrupted_start_left_out() throws Exception {
        try (TestLedger ledger = ledger()) {
            PriceBook prices = new PriceBook(database, CLOCK);
            prices.add(catalog("0.01"));
            ledger.connection().createStatement().execute("DELETE FROM price");
            prices.add(catalog("0.01"));
            assertThat(ledger.number("SELECT COUNT(*) FROM price")).isEqualTo(1);
        }
    }

    @Test
    void says_in_one_line_that_the_ledger_takes_no_prices() throws Exception {
        ledger().close();
        database.setReadOnly(true);
        assertThatThrownBy(() -> new PriceBook(database, CLOCK).add(catalog("0.01")))
                .isInstanceOf(LedgerException.class)
                .hasMessageStartingWith("The catalogue's prices cannot be kept in the ledger: ")
                .hasMessageNotContaining("\n");
    }

    @Test
    void counts_new_rows_only_by_the_journal_that_they_came_from() throws Exception {
        try (TestLedger ledger = ledger()) {
            ledger.write("j1", List.of(Records.settled("a"), Records.settled("b")));
            ledger.write("j1", List.of(Records.settled("b"), Records.settled("c")));
            ledger.write("j2", List.of(Records.settled("c"), Records.settled("d")));

            assertThat(ledger.number("SELECT settled FROM journal WHERE journal_id = 'j1'"))
                    .isEqualTo(3);
            assertThat(ledger.number("SELECT settled FROM journal WHERE journal_id = 'j2'"))
                    .isEqualTo(1);
            assertThat(ledger.text("SELECT journal_id FROM session_usage WHERE request_id = 'c'"))
                    .isEqualTo("j1");
        }
    }

    @Test
    void ends_a_journal_with_all_that_is_known_to_have_been_opened() throws Exception {
        try (TestLedger ledger = ledger()) {
            JournalBook journals = new JournalBook(database);
            ledger.write("replayed", List.of(Records.settled("a"), Records.settled("b")));
            ledger.connection().createStatement().execute("UPDATE journal SET opened = 0");
            journals.ended("replayed", 0, CLOCK.instant());
            ledger.write("short", List.of(Records.settled("c")));
            journals.ended("short", 5, CLOCK.instant());
            journals.ended("unknown", 5, CLOCK.instant());

            assertThat(ledger.number("SELECT opened FROM journal WHERE journal_id = 'replayed'"))
                    .isEqualTo(2);
            assertThat(ledger.number("SELECT opened FROM journal WHERE journal_id = 'short'"))
                    .as("four are missing, and the audit will say so")
                    .isEqualTo(5);
            assertThat(ledger.number("SELECT COUNT(*) FROM journal WHERE ended_at = '2026-11-23T08:00:00Z'"))
                    .isEqualTo(2);
        }
    }

    private TestLedger ledger() throws Exception {
        Path file = folder.resolve("usage.db");
        database.setUrl("jdbc:sqlite:" + file);
        return new TestLedger(file);
    }

    private static Catalog catalog(String input) {
        return new CatalogFile(Set.of("openai"))
                .read(
                        "test",
                        ("{\"version\":\"1\",\"currency\":\"USD\",\"price_unit\":\"per_1k_tokens\",\"models\":{\"m\":"
                                        + "{\"provider\":\"openai\",\"context_window\":100,\"max_output_tokens\":10,"
                                        + "\"pricing\":{\"input\":" + input
                                        + ",\"output\":0.03},\"capabilities\":{}}}}")
                                .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
