package dev.caravan.gateway;

import static dev.caravan.gateway.RunningGateway.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.stub.Reply;
import dev.caravan.stub.StubProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** JMX over HTTP: who gets in, what can be read, and that nothing can be done. */
class JolokiaTest {

    private static final String KEY = "canary-of-the-provider";
    private static final String PROMPT = "canary-of-the-prompt";
    private static final String PASSWORD = "canary-of-the-password";
    private static final String CONTEXT = "org.apache.camel:context=caravan,name=\"caravan\",type=context";
    private static final String CHAT = "org.apache.camel:context=caravan,name=\"chat\",type=routes";
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final HttpClient client = HttpClient.newHttpClient();
    private static StubProvider stub;
    private static RunningGateway gateway;
    private static int port;

    @BeforeAll
    static void start() throws Exception {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        stub = StubProvider.start();
        gateway = RunningGateway.with()
                .providersAt(stub.address())
                .variable("OPENAI_API_KEY", KEY)
                .variable("JOLOKIA_PORT", Integer.toString(port))
                .variable("JOLOKIA_PASSWORD", PASSWORD)
                .start();
        stub.alwaysWithKey(KEY, Reply.ok());
        assertThat(gateway.chat("gpt-4o", PROMPT).statusCode()).isEqualTo(200);
        assertThat(gateway.chat("demo", PROMPT).statusCode()).isEqualTo(200);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        stub.close();
    }

    @Test
    void wants_the_password() throws Exception {
        assertThat(send(request("/version")).statusCode()).isEqualTo(401);
        assertThat(send(request("/version", "Authorization", basic("caravan", "wrong-password")))
                        .statusCode())
                .isEqualTo(401);
        assertThat(send(request("/version", "Authorization", basic("root", PASSWORD)))
                        .statusCode())
                .isEqualTo(401);
        assertThat(send(request("/version", "Authorization", basic("caravan", PASSWORD)))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void listens_on_the_loopback_interface_alone() throws Exception {
        List<InetAddress> others = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress())
                .toList();
        for (InetAddress other : others) {
            assertThatThrownBy(() -> {
                        try (Socket socket = new Socket()) {
                            socket.connect(new InetSocketAddress(other, port), 500);
                        }
                    })
                    .as("%s", other)
                    .isInstanceOf(IOException.class);
        }
        assertThat(send(request("/version")).statusCode()).isEqualTo(401);
    }

    @Test
    void shows_each_route_and_step_and_nothing_of_the_calls() throws Exception {
        JsonNode domains = ask("{'type':'list'}").path("value");
        assertThat(domains.fieldNames()).toIterable().containsExactlyInAnyOrder("org.apache.camel", "java.lang");
        ArrayNode reads = JSON.createArrayNode();
        domains.fields()
                .forEachRemaining(domain -> domain.getValue()
                        .fieldNames()
                        .forEachRemaining(name ->
                                reads.addObject().put("type", "read").put("mbean", domain.getKey() + ":" + name)));
        String all = send(post(reads.toString())).body();
        assertThat(all).contains("openai-breaker", "provider-openai", "HeapMemoryUsage");
        String text = all
                + ask("{'type':'exec','mbean':'" + CONTEXT.replace("\"", "\\\"") + "','operation':'dumpRoutesAsXml()'}")
                + ask("{'type':'exec','mbean':'" + CONTEXT.replace("\"", "\\\"")
                        + "','operation':'dumpRoutesStatsAsXml','arguments':[true,true]}");
        assertThat(text)
                .contains("openai.base-url", "exchangesTotal")
                .doesNotContain(KEY, PROMPT, PASSWORD, System.getProperty("java.class.path"), "-Xbootclasspath");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "exec  | " + CHAT + " | stop()",
                "exec  | " + CHAT + " | dumpRouteAsXml(boolean)",
                "exec  | " + CHAT + " | updateRouteFromXml(java.lang.String)",
                "exec  | " + CONTEXT + " | sendBody(java.lang.String,java.lang.Object)",
                "exec  | " + CONTEXT + " | stop()",
                "write | " + CHAT + " | StatisticsEnabled",
                "read  | java.lang:type=Runtime | SystemProperties",
                "read  | java.lang:type=Runtime | InputArguments",
                "exec  | java.lang:type=Memory | gc()",
                "exec  | com.sun.management:type=HotSpotDiagnostic | dumpHeap(java.lang.String,boolean)",
                "exec  | com.sun.management:type=DiagnosticCommand | vmSystemProperties()",
                "read  | com.sun.management:type=HotSpotDiagnostic | DiagnosticOptions",
                "exec  | java.util.logging:type=Logging | setLoggerLevel(java.lang.String,java.lang.String)",
                "notification | " + CHAT + " | add"
            })
    void refuses_what_changes_or_tells_more(String type, String mbean, String name) throws Exception {
        ObjectNode request = JSON.createObjectNode().put("type", type).put("mbean", mbean);
        request.put(type.equals("exec") ? "operation" : "attribute", name)
                .put("value", "true")
                .put("command", "add")
                .putArray("arguments")
                .add("direct:chat")
                .add("x");
        JsonNode answer = json(send(post(request.toString())));
        assertThat(answer.path("status").intValue()).as(answer.toString()).isGreaterThanOrEqualTo(400);
        assertThat(answer.has("value")).isFalse();
        assertThat(answer.path("error").asText())
                .containsPattern("(?i)forbidden|not allowed|no notification client|illegal");
    }

    @Test
    void reaches_no_other_jvm_and_answers_no_foreign_page() throws Exception {
        try (ServerSocket other = new ServerSocket(0)) {
            other.setSoTimeout(300);
            ask(
                    "{'type':'read','mbean':'java.lang:type=Memory','target':{'url':'service:jmx:rmi:///jndi/rmi://127.0.0.1:"
                            + other.getLocalPort() + "/x'}}");
            assertThatThrownBy(other::accept).isInstanceOf(SocketTimeoutException.class);
        }
        HttpResponse<String> foreign = send(request(
                "/version", "Authorization", basic("caravan", PASSWORD), "Origin", "https://elsewhere.example"));
        assertThat(json(foreign).path("status").intValue()).isEqualTo(403);
        assertThat(foreign.headers().map()).doesNotContainKey("access-control-allow-origin");
    }

    @ParameterizedTest
    @CsvSource({
        "8778,'',JOLOKIA_PASSWORD must be too: at least 12 characters",
        "8778,short,JOLOKIA_PASSWORD",
        "70000,correct-horse-battery,'JOLOKIA_PORT must be 0 to 65535, was 70000'",
        "here,correct-horse-battery,jolokia.port",
    })
    void a_mistake_ends_the_start(String wanted, String password, String message) {
        assertThatThrownBy(() -> RunningGateway.with()
                        .variable("JOLOKIA_PORT", wanted)
                        .variable("JOLOKIA_PASSWORD", password)
                        .start())
                .hasMessageContaining(message);
    }

    private static JsonNode ask(String body) throws Exception {
        return json(send(post(body.replace('\'', '"'))));
    }

    private static HttpRequest post(String body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/jolokia"))
                .header("Authorization", basic("caravan", PASSWORD))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static HttpRequest request(String path, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/jolokia" + path));
        return (headers.length == 0 ? request : request.headers(headers)).build();
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }
}
