package dev.caravan.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** What the gateway has in its books after it all. */
final class Ledger {

    private Ledger() {}

    /** Rows of requests that were answered. */
    static long rows(Path home) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("data/usage.db"));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM session_usage WHERE status = 'ok'")) {
            return rows.next() ? rows.getLong(1) : -1;
        }
    }

    /** What the running gateway's own audit says of them. */
    static boolean isSound(int port) throws IOException, InterruptedException {
        HttpResponse<String> audit = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/usage/audit"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        return audit.statusCode() == 200 && audit.body().contains("\"sound\":true");
    }
}
