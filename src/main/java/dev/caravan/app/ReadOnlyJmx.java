package dev.caravan.app;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Set;
import javax.management.ObjectName;
import org.jolokia.server.core.service.api.Restrictor;
import org.jolokia.server.core.util.HttpMethod;
import org.jolokia.server.core.util.RequestType;

/**
 * What Jolokia shows: Camel's MBeans and the JVM's figures, as they are. Nothing can be set or called that changes something,
 * reads a message's body, dumps the heap, or tells what the JVM was started with. Named in Jolokia's settings, which make it.
 */
public final class ReadOnlyJmx implements Restrictor {

    private static final Set<RequestType> TYPES =
            Set.of(RequestType.READ, RequestType.LIST, RequestType.SEARCH, RequestType.VERSION, RequestType.EXEC);

    /** Of Camel's MBeans, those that keep messages and those that can send them. */
    private static final Set<String> CAMEL_HIDDEN = Set.of("tracer", "debugger");

    private static final Set<String> JVM = Set.of(
            "ClassLoading",
            "Compilation",
            "GarbageCollector",
            "Memory",
            "MemoryManager",
            "MemoryPool",
            "OperatingSystem",
            "Runtime",
            "Threading");

    /** They can hold secrets that were given to the JVM on its command line, and the machine's paths. */
    private static final Set<String> JVM_HIDDEN =
            Set.of("SystemProperties", "InputArguments", "ClassPath", "BootClassPath", "LibraryPath");

    /** They only read. The routes' text comes without a parameter: it would ask for the values of placeholders. */
    private static final Set<String> CAMEL_READERS = Set.of(
            "dumpRoutesAsXml()",
            "dumpRouteAsXml()",
            "dumpRoutesStatsAsXml",
            "dumpRouteStatsAsXml",
            "isUpdateRouteEnabled()");

    @Override
    public boolean isHttpMethodAllowed(HttpMethod method) {
        return true;
    }

    @Override
    public boolean isTypeAllowed(RequestType type) {
        return TYPES.contains(type);
    }

    @Override
    public boolean isAttributeReadAllowed(ObjectName name, String attribute) {
        return !isObjectNameHidden(name) && !(isJvm(name) && JVM_HIDDEN.contains(attribute));
    }

    @Override
    public boolean isAttributeWriteAllowed(ObjectName name, String attribute) {
        return false;
    }

    @Override
    public boolean isOperationAllowed(ObjectName name, String operation) {
        return isCamel(name) && !isObjectNameHidden(name) && CAMEL_READERS.contains(operation);
    }

    @Override
    public boolean isRemoteAccessAllowed(String... hostOrAddress) {
        for (String host : hostOrAddress) {
            if (isLoopback(host)) {
                return true;
            }
        }
        return false;
    }

    /** A page of another site may not ask through a browser on this machine; no page is told that it may read. */
    @Override
    public boolean isOriginAllowed(String origin, boolean strictCheck) {
        if (!strictCheck) {
            return false;
        }
        if (origin == null || origin.isEmpty()) {
            return true;
        }
        try {
            String host = new URI(origin).getHost();
            return host != null && ("localhost".equals(host) || isLoopback(host));
        } catch (URISyntaxException e) {
            return false;
        }
    }

    @Override
    public boolean isObjectNameHidden(ObjectName name) {
        if (isCamel(name)) {
            return CAMEL_HIDDEN.contains(String.valueOf(name.getKeyProperty("type")));
        }
        return !(isJvm(name) && JVM.contains(String.valueOf(name.getKeyProperty("type"))));
    }

    private static boolean isCamel(ObjectName name) {
        return name.getDomain().equals("org.apache.camel");
    }

    private static boolean isJvm(ObjectName name) {
        return name.getDomain().equals("java.lang");
    }

    /** Only for addresses: a name would be looked up, and whoever answers could say anything. */
    private static boolean isLoopback(String host) {
        boolean address = host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || Character.isDigit(c));
        try {
            return address && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
