package dev.caravan.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.app.Gateway;
import dev.caravan.route.Environment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.springframework.util.FileSystemUtils;

/** The whole gateway in this JVM: the real routes, a real port, a real SQLite file in a folder of its own. */
public final class RunningGateway implements AutoCloseable {

    public static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final String ledgerUrl;
    private final Gateway gateway;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private RunningGateway(Path folder, String ledgerUrl, Gateway gateway) {
        this.folder = folder;
        this.ledgerUrl = ledgerUrl;
        this.gateway = gateway;
    }

    /** What differs from the defaults; nothing has to. */
    public static final class Setup {
        private final Map<String, String> variables = new LinkedHashMap<>();
        private final Properties properties = new Properties();

        /** All three providers at that address, with keys that the stub expects. */
        public Setup providersAt(String address) {
            variable("OPENAI_BASE_URL", address + "/v1").variable("OPENAI_API_KEY", "sk-test-openai");
            variable("ANTHROPIC_BASE_URL", address).variable("ANTHROPIC_API_KEY", "sk-ant-test");
            return variable("GEMINI_BASE_URL", address).variable("GEMINI_API_KEY", "AIza-test-google");
        }

        public Setup variable(String name, String value) {
            variables.put(name, value);
            return this;
        }

        public Setup property(String name, String value) {
            properties.setProperty(name, value);
            return this;
        }

        public RunningGateway start() {
            try {
                Path folder = Files.createTempDirectory("caravan");
                Map<String, String> environment = new LinkedHashMap<>();
                environment.put("GATEWAY_PORT", "0");
                environment.put("USAGE_DB_URL", "jdbc:sqlite:" + folder.resolve("usage.db"));
                environment.putAll(variables);
                properties.putIfAbsent(
                        "usage.journal-dir", folder.resolve("journal").toString());
                Gateway gateway = new Gateway(
                        new Environment(Map.of(), environment), Path.of("application.properties"), properties);
                gateway.start();
                return new RunningGateway(folder, environment.get("USAGE_DB_URL"), gateway);
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    public static Setup with() {
        return new Setup();
    }

    public String address() {
        return "http://127.0.0.1:" + gateway.port();
    }

    public int port() {
        return gateway.port();
    }

    public String ledgerUrl() {
        return ledgerUrl;
    }

    public Path folder() {
        return folder;
    }

    public HttpResponse<String> post(String path, String body, String... headers) {
        return send(request(path, headers)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    public CompletableFuture<HttpResponse<String>> postAsync(String path, String body, String... headers) {
        return client.sendAsync(
                request(path, headers)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    public HttpResponse<String> get(String path, String... headers) {
        return send(request(path, headers).GET().build());
    }

    public HttpResponse<String> chat(String model, String question) {
        ObjectNode body = JSON.createObjectNode().put("model", model);
        body.putArray("messages").addObject().put("role", "user").put("content", question);
        return post("/api/chat/completions", body.toString());
    }

    public static JsonNode json(HttpResponse<String> response) {
        try {
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException("not JSON: " + response.body(), e);
        }
    }

    /** The rows of a query on the ledger, seen by another connection than the gateway's. */
    public List<Map<String, Object>> rows(String sql) {
        try (Connection connection = DriverManager.getConnection(ledgerUrl);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<Map<String, Object>> rows = new ArrayList<>();
            while (result.next()) {
                Map<String, Object> row = new LinkedHashMap<>();
                for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                    row.put(result.getMetaData().getColumnLabel(column), result.getObject(column));
                }
                rows.add(row);
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        gateway.stop();
        try {
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(address() + path));
        if (headers.length > 0) {
            builder.headers(headers);
        }
        return builder;
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
