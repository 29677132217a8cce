package dev.caravan.route;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.util.List;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Processor;
import org.apache.camel.component.resilience4j.ResilienceProcessor;
import org.apache.camel.model.CircuitBreakerDefinition;
import org.apache.camel.model.Resilience4jConfigurationDefinition;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.jspecify.annotations.Nullable;

/**
 * The circuitBreaker EIP without its thread: Camel's own waits for the end of its steps on the thread that walks; this one asks
 * the same breaker for leave, walks the steps and tells the breaker how they ended, whenever that is. The steps walk the
 * exchange itself, not a copy.
 */
final class BreakerStep extends DelegateAsyncProcessor {

    private final ResilienceProcessor breaker;
    private final AsyncProcessor steps;

    private BreakerStep(ResilienceProcessor breaker) {
        super((Processor) breaker);
        this.breaker = breaker;
        this.steps = StepSequence.of(breaker.next().get(0));
    }

    /**
     * The breaker without a thread; with one where the EIP is asked for what needs a thread (a time limit, a queue) or for
     * what is not done here (a fallback, ignored exceptions, a configuration that stands elsewhere).
     */
    static AsyncProcessor of(CamelContext camel, CircuitBreakerDefinition definition, ResilienceProcessor breaker) {
        Resilience4jConfigurationDefinition settings = definition.getResilience4jConfiguration();
        boolean plain = settings != null
                && definition.getConfiguration() == null
                && !breaker.isTimeoutEnabled()
                && !breaker.isBulkheadEnabled()
                && breaker.next().size() == 1
                && isEmpty(settings.getRecordExceptions())
                && isEmpty(settings.getIgnoreExceptions())
                && Boolean.TRUE.equals(
                        CamelContextHelper.parseBoolean(camel, settings.getThrowExceptionWhenHalfOpenOrOpenState()));
        return plain ? new BreakerStep(breaker) : new WorkerStep(breaker);
    }

    private static boolean isEmpty(@Nullable List<String> names) {
        return names == null || names.isEmpty();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        CircuitBreaker circuit = breaker.getCircuitBreaker();
        if (!circuit.tryAcquirePermission()) {
            exchange.setProperty(ExchangePropertyKey.CIRCUIT_BREAKER_RESPONSE_SHORT_CIRCUITED, true);
            exchange.setProperty(
                    ExchangePropertyKey.CIRCUIT_BREAKER_RESPONSE_STATE,
                    circuit.getState().name());
            exchange.setException(CallNotPermittedException.createCallNotPermittedException(circuit));
            callback.done(true);
            return true;
        }
        long began = circuit.getCurrentTimestamp();
        exchange.setProperty(ExchangePropertyKey.TRY_ROUTE_BLOCK, true);
        return steps.process(exchange, doneSync -> {
            exchange.removeProperty(ExchangePropertyKey.TRY_ROUTE_BLOCK);
            long took = circuit.getCurrentTimestamp() - began;
            Exception failure = exchange.getException();
            if (failure == null) {
                circuit.onSuccess(took, circuit.getTimestampUnit());
            } else {
                circuit.onError(took, circuit.getTimestampUnit(), failure);
            }
            exchange.setProperty(ExchangePropertyKey.CIRCUIT_BREAKER_RESPONSE_SUCCESSFUL_EXECUTION, failure == null);
            exchange.setProperty(
                    ExchangePropertyKey.CIRCUIT_BREAKER_RESPONSE_STATE,
                    circuit.getState().name());
            callback.done(doneSync);
        });
    }
}
