package dev.caravan.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.http.HttpEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpstreamAddressTest {

    private final DefaultCamelContext camel = new DefaultCamelContext();

    @BeforeEach
    void start() {
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    private UpstreamAddress address(String uri) {
        return new UpstreamAddress(camel.getEndpoint(uri, HttpEndpoint.class));
    }

    private RequestOptions request(String uri, @Nullable String path, @Nullable String query) {
        Message message = new DefaultMessage(camel);
        message.setHeader(Exchange.HTTP_PATH, path);
        message.setHeader(Exchange.HTTP_QUERY, query);
        return address(uri + (uri.contains("?") ? "&" : "?") + "throwExceptionOnFailure=false")
                .request(message);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "https://api.openai.com/v1/chat/completions, none, none, api.openai.com, 443, true, /v1/chat/completions",
                "http://127.0.0.1:9000/v1, none, none, 127.0.0.1, 9000, false, /v1",
                "http://localhost, none, none, localhost, 80, false, /",
                "https://g.example/v1beta/models, /gemini-pro:generateContent, none, g.example, 443, true, /v1beta/models/gemini-pro:generateContent",
                "https://g.example/v1beta/models/, m:stream, alt=sse, g.example, 443, true, /v1beta/models/m:stream?alt=sse",
                "https://g.example:8443/p, a b, none, g.example, 8443, true, /p/a%20b",
            })
    void goes_where_the_endpoint_and_the_message_say(
            String uri,
            @Nullable String path,
            @Nullable String query,
            String host,
            int port,
            boolean secure,
            String target) {
        RequestOptions request = request(uri, path, query);

        assertThat(request.getMethod()).isEqualTo(HttpMethod.POST);
        assertThat(request.getHost()).isEqualTo(host);
        assertThat(request.getPort()).isEqualTo(port);
        assertThat(request.isSsl()).isEqualTo(secure);
        assertThat(request.getURI()).isEqualTo(target);
    }

    @Test
    void two_requests_share_nothing() {
        UpstreamAddress address = address("http://127.0.0.1:9000/v1?throwExceptionOnFailure=false");
        address.request(new DefaultMessage(camel)).addHeader("Authorization", "Bearer one");

        assertThat(address.request(new DefaultMessage(camel)).getHeaders()).isNull();
    }

    @Test
    void calls_through_the_proxy_that_is_set() {
        RequestOptions request = request("https://a.example/v1?proxyHost=proxy.example&proxyPort=3128", null, null);

        assertThat(Objects.requireNonNull(request.getProxyOptions()).getHost()).isEqualTo("proxy.example");
        assertThat(request.getProxyOptions().getPort()).isEqualTo(3128);
    }

    @ParameterizedTest
    @CsvSource({
        "throwExceptionOnFailure=true, throwExceptionOnFailure",
        "throwExceptionOnFailure=false&bridgeEndpoint=true, bridgeEndpoint",
        "throwExceptionOnFailure=false&authMethod=Basic&authUsername=u&authPassword=p, authUsername",
    })
    void refuses_by_name_an_option_that_it_does_not_know(String options, String name) {
        assertThatThrownBy(() -> address("https://a.example/v1?" + options))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
    }
}
