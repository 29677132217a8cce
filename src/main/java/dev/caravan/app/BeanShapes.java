package dev.caravan.app;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.modelmbean.InvalidTargetObjectTypeException;
import javax.management.modelmbean.ModelMBean;
import javax.management.modelmbean.ModelMBeanInfo;
import org.apache.camel.CamelContext;
import org.apache.camel.api.management.ManagedInstance;
import org.apache.camel.api.management.ManagedResource;
import org.apache.camel.api.management.NotificationSenderAware;
import org.apache.camel.spi.ManagementAgent;
import org.apache.camel.support.management.DefaultManagementMBeanAssembler;
import org.apache.camel.support.management.MixinRequiredModelMBean;
import org.jspecify.annotations.Nullable;

/**
 * Describes each class of managed things once, and not each of several hundred steps, which is a tenth of the start. What
 * operators see in JMX is the same: attributes and operations follow from the class alone. Things that describe themselves, and
 * those that send notifications, are Camel's own as before.
 */
final class BeanShapes extends DefaultManagementMBeanAssembler {

    private final Map<Class<?>, ModelMBeanInfo> shapes = new ConcurrentHashMap<>();

    private BeanShapes(CamelContext camel) {
        super(camel);
    }

    /** What is managed from now on is described so. */
    static void attach(CamelContext camel) {
        camel.getCamelContextExtension().setManagementMBeanAssembler(new BeanShapes(camel));
    }

    @Override
    public ModelMBean assemble(MBeanServer server, Object managed, ObjectName name) throws JMException {
        boolean ownWay = managed instanceof NotificationSenderAware
                || managed instanceof ManagedInstance described && describesItself(described.getInstance());
        ModelMBeanInfo shape = ownWay ? null : shapes.get(managed.getClass());
        if (shape != null) {
            return bean(shape, managed);
        }
        ModelMBean first = super.assemble(server, managed, name);
        if (!ownWay && first != null) {
            shapes.put(managed.getClass(), (ModelMBeanInfo) first.getMBeanInfo());
        }
        return first;
    }

    private static boolean describesItself(@Nullable Object instance) {
        return instance != null && instance.getClass().isAnnotationPresent(ManagedResource.class);
    }

    /** As Camel makes it. */
    private ModelMBean bean(ModelMBeanInfo shape, Object managed) throws JMException {
        ManagementAgent agent = camelContext.getManagementStrategy().getManagementAgent();
        ModelMBean bean = new MixinRequiredModelMBean(shape, Boolean.TRUE.equals(agent.getMask()), null, null);
        try {
            bean.setManagedResource(managed, "ObjectReference");
        } catch (InvalidTargetObjectTypeException e) {
            throw new JMException(e.getMessage());
        }
        return bean;
    }
}
