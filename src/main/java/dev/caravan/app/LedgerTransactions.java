package dev.caravan.app;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.DefaultTransactionStatus;

/**
 * The ledger's transactions. A connection whose transaction could not begin or end is thrown away: SQLite's driver takes a
 * BEGIN that found the database locked for one that worked, and every statement after it would be a transaction of its own.
 */
final class LedgerTransactions extends DataSourceTransactionManager {

    private final transient HikariDataSource pool;

    LedgerTransactions(HikariDataSource pool) {
        super(pool);
        this.pool = pool;
    }

    @Override
    protected void doBegin(Object transaction, TransactionDefinition definition) {
        try {
            super.doBegin(transaction, definition);
        } catch (TransactionException e) {
            throwAway();
            throw e;
        }
    }

    @Override
    protected void doCommit(DefaultTransactionStatus status) {
        try {
            super.doCommit(status);
        } catch (TransactionException e) {
            throwAway();
            throw e;
        }
    }

    @Override
    protected void doRollback(DefaultTransactionStatus status) {
        throwAway();
        super.doRollback(status);
    }

    private void throwAway() {
        HikariPoolMXBean connections = pool.getHikariPoolMXBean();
        if (connections != null) {
            connections.softEvictConnections();
        }
    }
}
