package dev.caravan.route;

import java.lang.invoke.CallSite;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import org.apache.camel.AsyncCallback;
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
 * was a twentieth of a request. Every other bean is Camel's to call.
 */
public final class StepFactory extends ServiceSupport implements BeanProcessorFactory, CamelContextAware {

    /** A method of a bean that takes the exchange. */
    @FunctionalInterface
    interface Step {
        void walk(Object bean, Exchange exchange) throws Throwable;
    }

    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final MethodType WALK = MethodType.methodType(void.class, Object.class, Exchange.class);

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
        Step step = target == null || method == null || scope != BeanScope.Singleton ? null : step(target, method);
        if (target != null && step != null) {
            return new StepProcessor(target, step);
        }
        return camels.createBeanProcessor(camel, bean, beanType, beanClass, ref, method, scope);
    }

    /** Null where the name does not stand for just one method, a public one that only takes the exchange. */
    private static @Nullable Step step(Object bean, String name) {
        Class<?> type = bean.getClass();
        List<Method> methods = Arrays.stream(type.getMethods())
                .filter(method -> method.getName().equals(name))
                .toList();
        if (methods.size() != 1 || !Modifier.isPublic(type.getModifiers())) {
            return null;
        }
        Method method = methods.get(0);
        boolean takesExchange = Arrays.equals(method.getParameterTypes(), new Class<?>[] {Exchange.class});
        if (!takesExchange || method.getReturnType() != void.class || Modifier.isStatic(method.getModifiers())) {
            return null;
        }
        try {
            MethodHandle handle = LOOKUP.unreflect(method);
            CallSite made = LambdaMetafactory.metafactory(
                    LOOKUP, "walk", MethodType.methodType(Step.class), WALK, handle, handle.type());
            return (Step) made.getTarget().invoke();
        } catch (Throwable e) {
            // A class of another loader, for example.
            return null;
        }
    }

    /** The step in a route. */
    private static final class StepProcessor extends AsyncProcessorSupport implements IdAware {

        private final Object bean;
        private final Step step;
        private @Nullable String id;

        StepProcessor(Object bean, Step step) {
            this.bean = bean;
            this.step = step;
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            try {
                step.walk(bean, exchange);
            } catch (Throwable e) {
                exchange.setException(e);
            }
            callback.done(true);
            return true;
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
}
