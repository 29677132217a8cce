package dev.caravan.usage;

import dev.caravan.catalog.Catalog;
import dev.caravan.catalog.Model;
import dev.caravan.catalog.PricingJson;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import javax.sql.DataSource;

/**
 * The prices that calls are charged at, in the ledger for ever, so that each row's cost can be computed again from its tokens
 * after any change of prices. A catalogue comes into force only when its prices are here.
 */
public final class PriceBook {

    private static final String COUNT = "SELECT COUNT(*) FROM price WHERE price_version = ?";

    private static final String ADD =
            "INSERT INTO price (price_version, model_id, pricing, seen_at) VALUES (?, ?, ?, ?)"
                    + " ON CONFLICT (price_version, model_id) DO NOTHING";

    private final DataSource ledger;
    private final Clock clock;

    public PriceBook(DataSource ledger, Clock clock) {
        this.ledger = ledger;
        this.clock = clock;
    }

    /**
     * Adds the catalogue's prices; those that are there already stay as they are.
     *
     * @throws LedgerException where the ledger takes no writes
     */
    public void add(Catalog catalog) {
        try (Connection connection = ledger.getConnection()) {
            if (count(connection, catalog.priceVersion()) == catalog.models().size()) {
                return;
            }
            connection.setAutoCommit(false);
            try (PreparedStatement add = connection.prepareStatement(ADD)) {
                String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
                for (Model model : catalog.models()) {
                    add.setString(1, catalog.priceVersion());
                    add.setString(2, model.id());
                    add.setString(3, PricingJson.write(model.pricing()));
                    add.setString(4, now);
                    add.addBatch();
                }
                add.executeBatch();
                connection.commit();
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw new LedgerException("The catalogue's prices cannot be kept in the ledger: " + e.getMessage(), e);
        }
    }

    private static long count(Connection connection, String version) throws SQLException {
        try (PreparedStatement count = connection.prepareStatement(COUNT)) {
            count.setString(1, version);
            try (ResultSet row = count.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }
}
