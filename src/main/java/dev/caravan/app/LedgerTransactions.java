package dev.caravan.app;

import dev.caravan.usage.LedgerException;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.DefaultTransactionStatus;

/**
 * The ledger's transactions. A connection whose transaction could not begin or end is thrown away: SQLite's driver takes a
 * BEGIN that found the database locked for one that worked, and every statement after it would be a transaction of its own.
 * And a transaction counts only if the file that it went to is still in its place afterwards.
 */
final class LedgerTransactions extends DataSourceTransactionManager {

    private final transient LedgerDatabase database;

    LedgerTransactions(LedgerDatabase database) {
        super(database.writer());
        this.database = database;
    }

    @Override
    protected void doBegin(Object transaction, TransactionDefinition definition) {
        try {
            database.checkFile();
            super.doBegin(transaction, definition);
        } catch (LedgerException e) {
            throw new CannotCreateTransactionException(e.getMessage(), e);
        } catch (TransactionException e) {
            database.writer().evict();
            throw e;
        }
    }

    @Override
    protected void doCommit(DefaultTransactionStatus status) {
        try {
            super.doCommit(status);
            database.checkFile();
        } catch (LedgerException e) {
            throw new TransactionSystemException(e.getMessage(), e);
        } catch (TransactionException e) {
            database.writer().evict();
            throw e;
        }
    }

    @Override
    protected void doRollback(DefaultTransactionStatus status) {
        database.writer().evict();
        super.doRollback(status);
    }
}
