package dev.caravan.route;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.engine.DefaultUnitOfWorkFactory;
import org.apache.camel.spi.InflightRepository;
import org.apache.camel.spi.UnitOfWork;
import org.jspecify.annotations.Nullable;

/** Makes a {@link WalkUnit} for each exchange; where {@code camel.main.useMdcLogging} is set, Camel's own, which tells the log. */
final class WalkUnitFactory extends DefaultUnitOfWorkFactory {

    private @Nullable InflightRepository inflight;
    private boolean original;
    private boolean breadcrumb;

    @Override
    public UnitOfWork createUnitOfWork(Exchange exchange) {
        InflightRepository all = inflight;
        return all == null ? super.createUnitOfWork(exchange) : new WalkUnit(exchange, all, original, breadcrumb);
    }

    @Override
    public void afterPropertiesConfigured(CamelContext camel) {
        super.afterPropertiesConfigured(camel);
        inflight = Boolean.TRUE.equals(camel.isUseMDCLogging()) ? null : camel.getInflightRepository();
        original = Boolean.TRUE.equals(camel.isAllowUseOriginalMessage());
        breadcrumb = Boolean.TRUE.equals(camel.isUseBreadcrumb());
    }
}
