package dev.caravan.route;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ProxyOptions;
import java.net.URI;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.component.http.HttpEndpoint;
import org.apache.camel.util.UnsafeUriCharactersEncoder;
import org.jspecify.annotations.Nullable;

/** Where a route's HTTP step calls a provider, as its endpoint says. Immutable. */
final class UpstreamAddress {

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private final RequestOptions options;
    private final String path;
    private final @Nullable String query;

    /**
     * @throws IllegalArgumentException naming an option of camel-http's that a call to a provider does not know: nothing is
     *     left out in silence
     */
    UpstreamAddress(HttpEndpoint endpoint) {
        refuse(endpoint);
        URI uri = endpoint.getHttpUri();
        boolean secure = "https".equalsIgnoreCase(uri.getScheme());
        int port = uri.getPort() > 0 ? uri.getPort() : secure ? HTTPS_PORT : HTTP_PORT;
        options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(uri.getHost())
                .setPort(port)
                .setSsl(secure)
                .setConnectTimeout(endpoint.getConnectTimeout());
        HttpComponent component = endpoint.getComponent();
        if (endpoint.getProxyHost() != null) {
            options.setProxyOptions(proxy(endpoint.getProxyHost(), endpoint.getProxyPort()));
        } else if (component.getProxyHost() != null && component.getProxyPort() != null) {
            options.setProxyOptions(proxy(component.getProxyHost(), component.getProxyPort()));
        }
        path = uri.getRawPath() == null ? "" : uri.getRawPath();
        query = uri.getRawQuery();
    }

    /** The request that the exchange's message asks for: the rest of the path and the query stand in its headers. */
    RequestOptions request(Message message) {
        String target = path;
        String rest = message.getHeader(Exchange.HTTP_PATH, String.class);
        if (rest != null && !rest.isEmpty()) {
            boolean slashed = path.endsWith("/");
            target = path + (slashed ? "" : "/") + (rest.startsWith("/") ? rest.substring(1) : rest);
            target = UnsafeUriCharactersEncoder.encodeHttpURI(target);
        }
        String asked = message.getHeader(Exchange.HTTP_QUERY, String.class);
        String question = asked == null ? query : asked;
        if (target.isEmpty()) {
            target = "/";
        }
        return new RequestOptions(options).setURI(question == null ? target : target + '?' + question);
    }

    private static ProxyOptions proxy(String host, int port) {
        return new ProxyOptions().setHost(host).setPort(port);
    }

    private static void refuse(HttpEndpoint endpoint) {
        String option = null;
        if (endpoint.isThrowExceptionOnFailure()) {
            option = "throwExceptionOnFailure must be false: the step that reads the answer says what is a fault";
        } else if (endpoint.isBridgeEndpoint()) {
            option = "bridgeEndpoint is not known";
        } else if (endpoint.getSslContextParameters() != null) {
            option = "sslContextParameters is not known: the JVM's own trust store is used";
        } else if (endpoint.getAuthUsername() != null || endpoint.getAuthMethod() != null) {
            option = "authUsername and authMethod are not known: the provider's bean sets the key";
        }
        if (option != null) {
            throw new IllegalArgumentException("the call of a provider: " + option);
        }
    }
}
