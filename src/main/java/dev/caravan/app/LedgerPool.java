package dev.caravan.app;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Supplier;
import org.springframework.jdbc.datasource.AbstractDataSource;

/** Connections to the ledger, which can be thrown away and made anew while the routes keep hold of this. */
final class LedgerPool extends AbstractDataSource implements AutoCloseable {

    private final Supplier<HikariConfig> config;
    private volatile HikariDataSource pool;

    /** @throws RuntimeException where the first connection cannot be made */
    LedgerPool(Supplier<HikariConfig> config) {
        this.config = config;
        this.pool = new HikariDataSource(config.get());
    }

    @Override
    public Connection getConnection() throws SQLException {
        return pool.getConnection();
    }

    /** There is one user, that of the URL. */
    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return getConnection();
    }

    /** The connections that are there are not used again. */
    void evict() {
        HikariPoolMXBean connections = pool.getHikariPoolMXBean();
        if (connections != null) {
            connections.softEvictConnections();
        }
    }

    /** Closes every connection before the first new one is made. */
    void reopen() {
        pool.close();
        pool = new HikariDataSource(config.get());
    }

    @Override
    public void close() {
        pool.close();
    }
}
