package dev.caravan.route;

import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.BeanScope;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.bean.DefaultBeanProcessorFactory;
import org.apache.camel.spi.BeanProcessorFactory;
import org.apache.camel.spi.IdAware;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;

/**
 * Makes the {@code bean} steps of the routes. A method that takes the exchange and gives nothing back, as those of our own beans
 * do, is called like any other method in Java; Camel would look its parameters up and call it by reflection, each time, which
 * was a twentieth of a request. Every other bean is Camel's to call. A method
 * that also takes a callback is begun, and the walk goes on when it says so.
 */
public final class StepFactory extends ServiceSupport implements BeanProcessorFactory, CamelContextAware {

    /** A step that may be walked on an event loop. */
    interface OnLoop {}

    /** A method of a bean that takes the exchange. */
    @FunctionalInterface
    interface Step {
        void walk(Object bean, Exchange exchange) throws Throwable;
    }

    /** A method of a bean that takes the exchange and tells when it has done with it, as {@link AsyncProcessor} does. */
    @FunctionalInterface
    interface LongStep {
        boolean begin(Object bean, Exchange exchange, AsyncCallback callback) throws Throwable;
    }

    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final MethodType WALK = MethodType.methodType(void.class, Object.class, Exchange.class);
    private static final MethodType BEGIN =
            MethodType.methodType(boolean.class, Object.class, Exchange.class, AsyncCallback.class);

    private final DefaultBeanProcessorFactory camels = new DefaultBeanProcessorFactory();

    @Override
    public void setCamelContext(@Nullable CamelContext camelContext) {
        camels.setCamelContext(camelContext);
    }

    @Override
    public CamelContext getCamelContext() {
        return camels.getCamelContext();
    }

    @Override
    protected void doInit() {
        camels.init();
    }

    @Override
    public Processor createBeanProcessor(CamelContext camel, Object bean, Method method) throws Exception {
        return camels.createBeanProcessor(camel, bean, method);
    }

    @Override
    public Processor createBeanProcessor(
            CamelContext camel,
            @Nullable Object bean,
            @Nullable String beanType,
            @Nullable Class<?> beanClass,
            @Nullable String ref,
            @Nullable String method,
            BeanScope scope)
            throws Exception {
        Object target = bean == null && ref != null ? camel.getRegistry().lookupByName(ref) : bean;
        Processor step = target == null || method == null || scope != BeanScope.Singleton ? null : step(target, method);
        if (step != null) {
            return step;
        }
        return camels.createBeanProcessor(camel, bean, beanType, beanClass, ref, method, scope);
    }

    /** Null where the name does not stand for just one method, a public one that takes the exchange as our own do. */
    private static @Nullable Processor step(Object bean, String name) {
        Class<?> type = bean.getClass();
        List<Method> methods = Arrays.stream(type.getMethods())
                .filter(method -> method.getName().equals(name))
                .toList();
        if (methods.size() != 1
                || !Modifier.isPublic(type.getModifiers())
                || Modifier.isStatic(methods.get(0).getModifiers())) {
            return null;
        }
        Method method = methods.get(0);
        List<Class<?>> takes = List.of(method.getParameterTypes());
        try {
            if (takes.equals(List.of(Exchange.class)) && method.getReturnType() == void.class) {
                Step step = (Step) caller(method, "walk", Step.class, WALK).invoke();
                return method.isAnnotationPresent(NeverWaits.class)
                        ? new QuickStep(bean, step)
                        : new StepProcessor(bean, step);
            }
            if (takes.equals(List.of(Exchange.class, AsyncCallback.class)) && method.getReturnType() == boolean.class) {
                return new LongStepProcessor(bean, (LongStep)
                        caller(method, "begin", LongStep.class, BEGIN).invoke());
            }
            return null;
        } catch (Throwable e) {
            // A class of another loader, for example.
            return null;
        }
    }

    /** What makes an instance of the interface that calls the method. */
    private static MethodHandle caller(Method method, String name, Class<?> type, MethodType shape) throws Exception {
        MethodHandle handle = LOOKUP.unreflect(method);
        return LambdaMetafactory.metafactory(LOOKUP, name, MethodType.methodType(type), shape, handle, handle.type())
                .getTarget();
    }

    /** A step in a route: what all kinds of it have. */
    private abstract static class BeanStep extends AsyncProcessorSupport implements IdAware {

        final Object bean;
        private @Nullable String id;

        BeanStep(Object bean) {
            this.bean = bean;
        }

        @Override
        public @Nullable String getId() {
            return id;
        }

        @Override
        public void setId(@Nullable String id) {
            this.id = id;
        }

        @Override
        public String toString() {
            return bean.getClass().getSimpleName();
        }
    }

    /** A step that is done when its method returns. */
    private static class StepProcessor extends BeanStep {

        private final Step step;

        StepProcessor(Object bean, Step step) {
            super(bean);
            this.step = step;
        }

        /** What the method throws is the exchange's exception. */
        void walk(Exchange exchange) {
            try {
                step.walk(bean, exchange);
            } catch (Throwable e) {
                exchange.setException(e);
            }
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            walk(exchange);
            callback.done(true);
            return true;
        }
    }

    /** One that may be walked on an event loop. */
    static final class QuickStep extends StepProcessor implements OnLoop {

        QuickStep(Object bean, Step step) {
            super(bean, step);
        }
    }

    /** A step that is done when it says so. */
    private static final class LongStepProcessor extends BeanStep implements OnLoop {

        private final LongStep step;

        LongStepProcessor(Object bean, LongStep step) {
            super(bean);
            this.step = step;
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            try {
                return step.begin(bean, exchange, callback);
            } catch (Throwable e) {
                exchange.setException(e);
                callback.done(true);
                return true;
            }
        }
    }
}
