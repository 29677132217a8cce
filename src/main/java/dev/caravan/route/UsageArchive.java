package dev.caravan.route;

import dev.caravan.usage.Archive;
import dev.caravan.usage.ArchivedRows;
import dev.caravan.usage.LedgerException;
import dev.caravan.usage.SessionRows;
import dev.caravan.usage.UsageQuery;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DataSourceUtils;

/**
 * The archives as the usage routes see them: moves old months out, and puts their rows into what the SQL steps found. Where
 * the database does not archive, each step leaves everything as it is. Thread-safe.
 */
public final class UsageArchive {

    private static final Logger LOG = LoggerFactory.getLogger(UsageArchive.class);

    private final @Nullable Archive archive;
    private final @Nullable ArchivedRows rows;
    private final DataSource writer;
    private final Set<Path> missing = new HashSet<>();
    private boolean full;

    /**
     * @param archive null where the database does not archive
     * @param writer the data source of the writer's transaction
     */
    public UsageArchive(@Nullable Archive archive, DataSource reader, DataSource writer) {
        this.archive = archive;
        this.rows = archive == null ? null : new ArchivedRows(archive, reader);
        this.writer = writer;
    }

    /** Moves what is to be moved. A failure is logged, and the next run goes on from there. One thread. */
    public void run() {
        if (archive == null) {
            return;
        }
        try {
            Archive.Report report = archive.run();
            if (report != null) {
                tell(report);
            }
        } catch (LedgerException e) {
            LOG.warn("{}; tried again later", e.getMessage());
        }
        tellMissing(archive.missing());
    }

    /** Takes from the batch what is in an archive already. Within the transaction that writes the batch. */
    @SuppressWarnings("unchecked")
    public void unarchived(Exchange exchange) throws SQLException {
        if (rows == null) {
            return;
        }
        Message message = exchange.getMessage();
        Connection connection = DataSourceUtils.getConnection(writer);
        try {
            message.setBody(
                    rows.unarchived(connection, (List<Map<String, @Nullable Object>>) message.getBody(List.class)));
        } finally {
            DataSourceUtils.releaseConnection(connection, writer);
        }
    }

    /** The session's totals and page over the archives too, instead of those of the ledger alone. */
    public void session(Exchange exchange) throws SQLException {
        SessionRows found = rows == null ? null : rows.session(query(exchange));
        if (found != null) {
            exchange.getMessage().setHeader("totals", found.totals());
            exchange.getMessage().setHeader("page", found.page());
        }
    }

    /** The p95 over the archives too, instead of that of the ledger alone. */
    public void p95(Exchange exchange) throws SQLException {
        List<Map<String, Object>> found = rows == null ? null : rows.p95(query(exchange));
        if (found != null) {
            exchange.getMessage().setHeader("p95", found);
        }
    }

    private static UsageQuery query(Exchange exchange) {
        return Objects.requireNonNull(exchange.getProperty(UsageApi.QUERY, UsageQuery.class));
    }

    private void tell(Archive.Report report) {
        if (!report.months().isEmpty()) {
            LOG.info("moved the ledger's rows of {} to files of their own", String.join(", ", report.months()));
        }
        if (report.full() && !full) {
            LOG.warn("the ledger is over usage.archive-above-bytes, and holds nothing but this month");
        }
        full = report.full();
    }

    private void tellMissing(List<Path> now) {
        for (Path file : now) {
            if (!missing.contains(file)) {
                LOG.warn("the archive {} is not there; look-ups go without its rows", file);
            }
        }
        missing.clear();
        missing.addAll(now);
    }
}
