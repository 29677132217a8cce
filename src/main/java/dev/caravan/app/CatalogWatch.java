package dev.caravan.app;

import dev.caravan.catalog.Catalog;
import dev.caravan.catalog.CatalogException;
import dev.caravan.catalog.CatalogFile;
import dev.caravan.route.Models;
import dev.caravan.route.ReloadLog;
import dev.caravan.usage.LedgerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the catalogue's file now and then; a good change comes into force, a bad one changes nothing and is logged. */
final class CatalogWatch {

    private static final Logger LOG = LoggerFactory.getLogger(CatalogWatch.class);

    private final Path file;
    private final CatalogFile reader;
    private final Consumer<Catalog> prices;
    private final Models models;
    private final ReloadLog log;
    private final Duration every;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "catalog-watch");
        thread.setDaemon(true);
        return thread;
    });
    private byte[] seen;

    /**
     * @param prices keeps a catalogue's prices before it comes into force; throws {@link LedgerException} where that fails
     * @param log is told what becomes of each change
     * @param every how often to look; zero: never
     */
    CatalogWatch(
            Path file, CatalogFile reader, Consumer<Catalog> prices, Models models, ReloadLog log, Duration every) {
        this.file = file;
        this.reader = reader;
        this.prices = prices;
        this.models = models;
        this.log = log;
        this.every = every;
        this.seen = content();
    }

    void start() {
        if (!every.isZero()) {
            clock.scheduleWithFixedDelay(this::look, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    void stop() {
        clock.shutdownNow();
    }

    private void look() {
        byte[] now = content();
        if (now.length == 0 || Arrays.equals(now, seen)) {
            return;
        }
        try {
            Catalog next = reader.read(file.toString(), now);
            prices.accept(next);
            models.replace(next);
            log.taken(name());
            LOG.info("the catalogue {} is in force, prices {}", file, next.priceVersion());
        } catch (CatalogException e) {
            log.refused(name(), String.valueOf(e.getMessage()));
            LOG.error("the catalogue in force stays: {}", e.getMessage());
        } catch (LedgerException e) {
            log.refused(name(), "the ledger cannot keep its prices now; it is tried again");
            // Not seen: it is tried again at the next look.
            LOG.error("the catalogue in force stays for now: {}", e.getMessage());
            return;
        }
        seen = now;
    }

    private String name() {
        return String.valueOf(file.getFileName());
    }

    /** Empty where the file cannot be read at this moment: an editor may be replacing it. */
    private byte[] content() {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            LOG.debug("{} cannot be read now", file, e);
            return new byte[0];
        }
    }
}
