package dev.caravan.route.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A caller that says over its socket exactly what it is told to. */
final class Wire implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Socket socket;
    private final InputStream in;

    Wire(int port) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(8_000);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** One answer as it came; header names in small letters. */
    record Answer(int status, List<String> head, String body) {

        List<String> all(String name) {
            List<String> values = new ArrayList<>();
            for (String line : head) {
                if (line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":")) {
                    values.add(line.substring(name.length() + 1).strip());
                }
            }
            return values;
        }

        String header(String name) {
            List<String> values = all(name);
            return values.isEmpty() ? "" : values.get(0);
        }

        JsonNode error() throws IOException {
            return JSON.readTree(body).path("error");
        }
    }

    Wire send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        return this;
    }

    Wire sendLines(String... lines) throws IOException {
        return send(String.join("\r\n", lines) + "\r\n\r\n");
    }

    Wire post(String path, String body, String... headers) throws IOException {
        StringBuilder head = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: x\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return send(head + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    Wire get(String path, String... headers) throws IOException {
        StringBuilder head = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: x\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return send(head + "\r\n");
    }

    /** The next answer, whole. */
    Answer answer() throws IOException {
        return answer(true);
    }

    Answer answer(boolean withBody) throws IOException {
        String status = line();
        if (!status.startsWith("HTTP/1.")) {
            throw new IOException("no status line: '" + status + "'");
        }
        List<String> head = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            head.add(line);
        }
        Answer answer = new Answer(Integer.parseInt(status.substring(9, 12)), head, "");
        if (!withBody) {
            return answer;
        }
        StringBuilder body = new StringBuilder();
        if (answer.header("Transfer-Encoding").equals("chunked")) {
            for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
                body.append(new String(in.readNBytes(size), StandardCharsets.UTF_8));
                line();
            }
            line();
        } else if (!answer.header("Content-Length").isEmpty()) {
            body.append(new String(
                    in.readNBytes(Integer.parseInt(answer.header("Content-Length"))), StandardCharsets.UTF_8));
        }
        return new Answer(answer.status(), head, body.toString());
    }

    /** All that still comes until the connection ends in good order; a reset is an IOException. */
    String rest() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("the connection ended after '" + line + "'");
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
