package dev.caravan.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTPS by two PEM files. */
class TlsTest {

    private static final String CHAT = "{\"model\":\"demo\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]%s}";

    @TempDir
    Path folder;

    private static RunningGateway start(TestCertificate certificate) throws Exception {
        return RunningGateway.with()
                .variable("GATEWAY_TLS_CERT", certificate.certificate().toString())
                .variable("GATEWAY_TLS_KEY", certificate.key().toString())
                .start();
    }

    private static HttpResponse<Stream<String>> chat(RunningGateway gateway, SSLContext trust, String more)
            throws Exception {
        HttpClient client = HttpClient.newBuilder().sslContext(trust).build();
        URI uri = URI.create("https://127.0.0.1:" + gateway.port() + "/v1/chat/completions");
        return client.send(
                HttpRequest.newBuilder(uri)
                        .header("Content-Type", "application/json")
                        .timeout(Duration.ofSeconds(20))
                        .POST(HttpRequest.BodyPublishers.ofString(CHAT.formatted(more)))
                        .build(),
                HttpResponse.BodyHandlers.ofLines());
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    void answers_and_streams_over_https(String algorithm) throws Exception {
        TestCertificate certificate = TestCertificate.make(folder, algorithm);
        try (RunningGateway gateway = start(certificate)) {
            for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
                HttpResponse<Stream<String>> answer = chat(gateway, certificate.trust(protocol), "");
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo(protocol);
                assertThat(answer.body().toList()).anyMatch(line -> line.contains("\"chat.completion\""));
            }
            List<String> stream = chat(gateway, certificate.trust("TLSv1.3"), ",\"stream\":true")
                    .body()
                    .toList();
            assertThat(stream).hasSizeGreaterThan(4).contains("data: [DONE]");
        }
    }

    @Test
    void speaks_no_older_version_and_shows_no_other_certificate() throws Exception {
        TestCertificate certificate = TestCertificate.make(folder.resolve("a"), "EC");
        TestCertificate other = TestCertificate.make(folder.resolve("b"), "EC");
        try (RunningGateway gateway = start(certificate)) {
            assertThatThrownBy(() -> chat(gateway, other.trust("TLSv1.3"), "")).isInstanceOf(IOException.class);
            try (SSLSocket old = (SSLSocket)
                    certificate.trust("TLSv1.3").getSocketFactory().createSocket("127.0.0.1", gateway.port())) {
                old.setEnabledProtocols(new String[] {"TLSv1.1"});
                assertThatThrownBy(old::startHandshake).isInstanceOf(SSLHandshakeException.class);
            }
            assertThat(chat(gateway, certificate.trust("TLSv1.3"), "").statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void closes_the_connection_of_who_speaks_plain_http_without_an_answer() throws Exception {
        try (RunningGateway gateway = start(TestCertificate.make(folder, "EC"));
                Socket plain = new Socket("127.0.0.1", gateway.port())) {
            plain.setSoTimeout(10_000);
            plain.getOutputStream()
                    .write("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] answer = plain.getInputStream().readAllBytes();
            // At most an alert of TLS.
            assertThat(new String(answer, StandardCharsets.ISO_8859_1)).doesNotContain("HTTP/1.1");
        }
    }

    @Test
    void lets_go_of_who_never_shakes_hands() throws Exception {
        TestCertificate certificate = TestCertificate.make(folder, "EC");
        try (RunningGateway gateway = RunningGateway.with()
                        .variable("GATEWAY_TLS_CERT", certificate.certificate().toString())
                        .variable("GATEWAY_TLS_KEY", certificate.key().toString())
                        .property("gateway.header-timeout-ms", "300")
                        .start();
                Socket silent = new Socket("127.0.0.1", gateway.port())) {
            silent.setSoTimeout(10_000);
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
        }
    }

    static Stream<List<String>> mistakes() {
        return Stream.of(
                List.of("CERT", "", "GATEWAY_TLS_KEY is not set"),
                List.of("", "KEY", "GATEWAY_TLS_CERT is not set"),
                List.of("MISSING", "KEY", "GATEWAY_TLS_CERT: ", "cannot be read"),
                List.of("CERT", "MISSING", "GATEWAY_TLS_KEY: ", "cannot be read"),
                List.of("GARBAGE", "KEY", "GATEWAY_TLS_CERT: ", "no X.509 certificate in PEM"),
                List.of("KEY", "KEY", "GATEWAY_TLS_CERT: ", "no X.509 certificate in PEM"),
                List.of("CERT", "GARBAGE", "GATEWAY_TLS_KEY: ", "PKCS#8 without a password"),
                List.of("CERT", "CERT", "GATEWAY_TLS_KEY: ", "PKCS#8 without a password"),
                List.of("CERT", "BROKEN", "GATEWAY_TLS_KEY: ", "holds no EC key"),
                List.of("CERT", "RSA", "GATEWAY_TLS_KEY: ", "holds no EC key"),
                List.of("CERT", "OTHER", "GATEWAY_TLS_KEY: ", "is not the key of the certificate"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void a_mistake_ends_the_start_and_names_its_variable(List<String> mistake) throws Exception {
        TestCertificate certificate = TestCertificate.make(folder.resolve("a"), "EC");
        RunningGateway.Setup setup = RunningGateway.with()
                .variable("GATEWAY_TLS_CERT", file(certificate, mistake.get(0)))
                .variable("GATEWAY_TLS_KEY", file(certificate, mistake.get(1)));

        assertThatThrownBy(setup::start).satisfies(failure -> {
            String words = chain(failure);
            mistake.subList(2, mistake.size()).forEach(word -> assertThat(words).contains(word));
            String secret = Files.readString(certificate.key())
                    .lines()
                    .skip(1)
                    .findFirst()
                    .orElseThrow();
            assertThat(words).doesNotContain(secret);
        });
    }

    private String file(TestCertificate certificate, String kind) throws Exception {
        return switch (kind) {
            case "CERT" -> certificate.certificate().toString();
            case "KEY" -> certificate.key().toString();
            case "OTHER" ->
                TestCertificate.make(folder.resolve("b"), "EC").key().toString();
            case "RSA" -> TestCertificate.make(folder.resolve("b"), "RSA").key().toString();
            case "GARBAGE" ->
                Files.writeString(folder.resolve("garbage.pem"), "nothing of use")
                        .toString();
            case "BROKEN" ->
                Files.writeString(
                                folder.resolve("broken.pem"),
                                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
                        .toString();
            case "MISSING" -> folder.resolve("nowhere.pem").toString();
            default -> kind;
        };
    }

    /** The words of a failure and all its causes. */
    private static String chain(Throwable failure) {
        StringBuilder words = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            words.append(cause.getMessage()).append('\n');
        }
        return words.toString();
    }
}
