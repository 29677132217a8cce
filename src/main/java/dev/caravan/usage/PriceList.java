package dev.caravan.usage;

import dev.caravan.catalog.CatalogException;
import dev.caravan.catalog.Pricing;
import dev.caravan.catalog.PricingJson;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The prices that the ledger keeps, by price version and model; the last ones asked for stay in memory. */
final class PriceList implements AutoCloseable {

    private static final int REMEMBERED = 1_000;

    private record Key(String priceVersion, String modelId) {}

    /**
     * @param pricing null where there is none, or none that can be read
     * @param text what the ledger has; null where it has nothing
     */
    record Price(@Nullable Pricing pricing, @Nullable String text) {}

    private final PreparedStatement find;
    private final Map<Key, Price> remembered = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Price> eldest) {
            return size() > REMEMBERED;
        }
    };

    PriceList(Connection ledger) throws SQLException {
        find = ledger.prepareStatement("SELECT pricing FROM price WHERE price_version = ? AND model_id = ?");
    }

    Price price(String priceVersion, String modelId) throws SQLException {
        Key key = new Key(priceVersion, modelId);
        Price known = remembered.get(key);
        if (known == null) {
            known = read(priceVersion, modelId);
            remembered.put(key, known);
        }
        return known;
    }

    private Price read(String priceVersion, String modelId) throws SQLException {
        find.setString(1, priceVersion);
        find.setString(2, modelId);
        try (ResultSet row = find.executeQuery()) {
            String text = row.next() ? row.getString(1) : null;
            if (text == null) {
                return new Price(null, null);
            }
            try {
                return new Price(PricingJson.read("price", text), text);
            } catch (CatalogException e) {
                return new Price(null, text);
            }
        }
    }

    @Override
    public void close() throws SQLException {
        find.close();
    }
}
