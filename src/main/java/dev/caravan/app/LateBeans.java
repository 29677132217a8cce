package dev.caravan.app;

import java.util.LinkedHashMap;
import java.util.Map;
import javax.management.JMException;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import org.apache.camel.CamelContext;
import org.apache.camel.management.DefaultManagementAgent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what Camel wants to show in JMX until the port is open: several hundred MBeans are an eighth of the start, and no
 * request needs one. Who asks Camel for one has them all. Safe for all threads.
 */
final class LateBeans extends DefaultManagementAgent {

    private static final Logger LOG = LoggerFactory.getLogger(LateBeans.class);

    /** What the JVM's settings begin with that open its own port for JMX. */
    private static final String REMOTE = "com.sun.management.";

    private final Map<ObjectName, Object> waiting = new LinkedHashMap<>();
    private boolean shown;
    private boolean stopped;

    private LateBeans(CamelContext camel) {
        super(camel);
    }

    /** What the context shows from now on waits; before the context is configured. */
    static LateBeans attach(CamelContext camel) {
        LateBeans agent = new LateBeans(camel);
        camel.getManagementStrategy().setManagementAgent(agent);
        return agent;
    }

    /** Shows all now where somebody may watch from the first moment: by Jolokia, or through the JVM's own port. */
    void showIfWatched(boolean jolokia) {
        if (jolokia
                || System.getProperties().stringPropertyNames().stream().anyMatch(name -> name.startsWith(REMOTE))) {
            show();
        }
    }

    /** Shows what waits, and from now on all at once. Again, or after the stop, it does nothing. */
    synchronized void show() {
        if (shown || stopped) {
            return;
        }
        super.createMBeanServer();
        shown = true;
        waiting.forEach((name, managed) -> {
            try {
                super.register(managed, name, false);
            } catch (JMException | RuntimeException e) {
                LOG.warn("JMX does not show {}: {}", name, e.toString());
            }
        });
        waiting.clear();
    }

    @Override
    public synchronized void register(Object managed, ObjectName name, boolean force) throws JMException {
        if (shown) {
            super.register(managed, name, force);
        } else if (force) {
            waiting.put(name, managed);
        } else {
            waiting.putIfAbsent(name, managed);
        }
    }

    @Override
    public synchronized void unregister(ObjectName name) throws JMException {
        if (shown) {
            super.unregister(name);
        } else {
            waiting.remove(name);
        }
    }

    /** A name that another context of this JVM has is taken while ours waits, too. */
    @Override
    public synchronized boolean isRegistered(ObjectName name) {
        return shown
                ? super.isRegistered(name)
                : waiting.containsKey(name)
                        || MBeanServerFactory.findMBeanServer(null).stream()
                                .anyMatch(there -> there.isRegistered(name));
    }

    @Override
    public <T> @Nullable T newProxyClient(ObjectName name, Class<T> type) {
        show();
        return super.newProxyClient(name, type);
    }

    /** The JVM's server of MBeans is made when the first is shown; a fiftieth of the start. */
    @Override
    protected void createMBeanServer() {}

    @Override
    protected synchronized void doStop() throws Exception {
        stopped = true;
        waiting.clear();
        super.doStop();
    }
}
