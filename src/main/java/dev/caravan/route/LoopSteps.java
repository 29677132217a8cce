package dev.caravan.route;

import java.util.List;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.component.direct.DirectEndpoint;
import org.apache.camel.component.http.HttpEndpoint;
import org.apache.camel.component.resilience4j.ResilienceProcessor;
import org.apache.camel.model.ChoiceDefinition;
import org.apache.camel.model.CircuitBreakerDefinition;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.language.ExpressionDefinition;
import org.apache.camel.processor.SendProcessor;
import org.apache.camel.spi.InterceptStrategy;
import org.jspecify.annotations.Nullable;

/**
 * Decides for each step of the routes where it is walked. A request is walked on the event loop that it came in on: no thread
 * waits for its provider, and none changes. Only steps that are known to wait for nobody stay there; all others, whatever an
 * engineer adds, are walked on worker threads and may take their time.
 */
public final class LoopSteps implements InterceptStrategy {

    /** Steps of Camel's that move and choose. */
    private static final Set<String> QUICK = Set.of(
            "pipeline",
            "step",
            "doTry",
            "doCatch",
            "doFinally",
            "removeHeader",
            "removeHeaders",
            "removeProperty",
            "wireTap",
            "stop");

    /** Steps of Camel's that are as quick as their expressions. */
    private static final Set<String> AS_QUICK_AS_EXPRESSION =
            Set.of("choice", "filter", "setHeader", "setProperty", "setBody");

    private static final Set<String> QUICK_LANGUAGES =
            Set.of("constant", "simple", "header", "exchangeProperty", "jsonpath");

    private static final List<String> BEANS = List.of("bean:", "ref:", "method");

    private final UpstreamClient client;

    public LoopSteps(UpstreamClient client) {
        this.client = client;
    }

    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext camel, NamedNode definition, Processor target, @Nullable Processor next) {
        if (target instanceof StepFactory.OnLoop) {
            return target;
        }
        if (target instanceof ResilienceProcessor breaker && definition instanceof CircuitBreakerDefinition eip) {
            return BreakerStep.of(camel, eip, breaker);
        }
        if (target instanceof SendProcessor send) {
            if (send.getEndpoint() instanceof HttpEndpoint endpoint) {
                return new UpstreamStep(endpoint, client, new WorkerStep(send));
            }
            return send.getEndpoint() instanceof DirectEndpoint endpoint
                    ? DirectStep.of(send, endpoint)
                    : new WorkerStep(target);
        }
        String kind = definition.getShortName();
        boolean quick = QUICK.contains(kind) || (AS_QUICK_AS_EXPRESSION.contains(kind) && isQuick(definition));
        return quick ? target : new WorkerStep(target);
    }

    private static boolean isQuick(NamedNode definition) {
        if (definition instanceof ChoiceDefinition choice) {
            return choice.getWhenClauses().stream().allMatch(when -> isQuick(when.getExpression()));
        }
        return definition instanceof ExpressionNode node && isQuick(node.getExpression());
    }

    /** An expression may call a bean, which may do anything. */
    private static boolean isQuick(@Nullable ExpressionDefinition expression) {
        if (expression == null || !QUICK_LANGUAGES.contains(expression.getLanguage())) {
            return false;
        }
        String words = expression.getExpression();
        return words != null && BEANS.stream().noneMatch(words::contains);
    }
}
