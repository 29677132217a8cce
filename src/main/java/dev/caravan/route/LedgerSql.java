package dev.caravan.route;

import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.component.sql.SqlComponent;
import org.apache.camel.component.sql.SqlEndpoint;

/** The component {@code sql} with parameters that are found by name alone. */
public final class LedgerSql extends SqlComponent {

    private final NamedParameters parameters = new NamedParameters();

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> options) throws Exception {
        Endpoint endpoint = super.createEndpoint(uri, remaining, options);
        ((SqlEndpoint) endpoint).setPrepareStatementStrategy(parameters);
        return endpoint;
    }
}
