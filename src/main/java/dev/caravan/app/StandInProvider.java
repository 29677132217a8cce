package dev.caravan.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Answers on loopback as OpenAI, Anthropic and Google do, always the same, plain or as a stream, so that a rehearsal needs no
 * provider. It looks at no key and at nothing of a request but its path and whether it asks for a stream.
 */
final class StandInProvider implements AutoCloseable {

    private static final String TEXT = "A caravan is slower than its fastest camel, and arrives. "
            .repeat(12)
            .strip();
    private static final String STREAMED = "\"stream\":true";

    private static final String OPENAI = """
            {"id":"chatcmpl-1","object":"chat.completion","created":1764000000,"model":"stand-in","choices":[{"index":0,\
            "message":{"role":"assistant","content":"%s","refusal":null},"logprobs":null,"finish_reason":"stop"}],\
            "usage":{"prompt_tokens":20,"completion_tokens":120,"total_tokens":140}}""".formatted(TEXT);
    private static final String OPENAI_PIECE = """
            {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1764000000,"model":"stand-in",\
            "choices":[{"index":0,"delta":{"content":"%s"},"finish_reason":null}],"usage":null}""";
    private static final String OPENAI_END = """
            {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1764000000,"model":"stand-in",\
            "choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}""";
    private static final String OPENAI_USAGE = """
            {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1764000000,"model":"stand-in","choices":[],\
            "usage":{"prompt_tokens":20,"completion_tokens":120,"total_tokens":140}}""";

    private static final String ANTHROPIC = """
            {"id":"msg_1","type":"message","role":"assistant","model":"stand-in","content":[{"type":"text","text":"%s"}],\
            "stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":20,"output_tokens":120}}""".formatted(TEXT);
    private static final String ANTHROPIC_BEGIN = """
            {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"stand-in","content":[],\
            "stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":20,"output_tokens":1}}}""";
    private static final String ANTHROPIC_PIECE = """
            {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"%s"}}""";
    private static final String ANTHROPIC_END = """
            {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":120}}""";

    private static final String GOOGLE = """
            {"candidates":[{"content":{"role":"model","parts":[{"text":"%s"}]},"finishReason":"STOP","index":0}],\
            "usageMetadata":{"promptTokenCount":20,"candidatesTokenCount":120,"totalTokenCount":140},"modelVersion":"stand-in"}""";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    StandInProvider() throws IOException {
        // Else each answer's end waits for the caller's acknowledgement, 40 ms. Read when the server's class is loaded.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    /** Without a path. */
    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String path = exchange.getRequestURI().getPath();
            boolean stream = request.contains(STREAMED) || path.endsWith(":streamGenerateContent");
            exchange.getResponseHeaders().set("Content-Type", stream ? "text/event-stream" : "application/json");
            if (path.endsWith("/chat/completions")) {
                send(exchange, stream ? openAiStream() : new String[] {OPENAI});
            } else if (path.endsWith("/messages")) {
                send(exchange, stream ? anthropicStream() : new String[] {ANTHROPIC});
            } else {
                send(exchange, stream ? googleStream() : new String[] {GOOGLE.formatted(TEXT)});
            }
        }
    }

    /** One is sent with its length, several one by one. */
    private static void send(HttpExchange exchange, String[] pieces) throws IOException {
        byte[] first = pieces[0].getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, pieces.length == 1 ? first.length : 0);
        try (OutputStream out = exchange.getResponseBody()) {
            for (String piece : pieces) {
                out.write(piece.getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        }
    }

    private static String[] openAiStream() {
        String[] words = TEXT.split("(?<= )");
        String[] events = new String[words.length + 3];
        for (int i = 0; i < words.length; i++) {
            events[i] = event(OPENAI_PIECE.formatted(words[i]));
        }
        events[words.length] = event(OPENAI_END);
        events[words.length + 1] = event(OPENAI_USAGE);
        events[words.length + 2] = event("[DONE]");
        return events;
    }

    private static String[] anthropicStream() {
        String[] words = TEXT.split("(?<= )");
        String[] events = new String[words.length + 5];
        events[0] = named("message_start", ANTHROPIC_BEGIN);
        events[1] = named(
                "content_block_start",
                "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}");
        for (int i = 0; i < words.length; i++) {
            events[i + 2] = named("content_block_delta", ANTHROPIC_PIECE.formatted(words[i]));
        }
        events[words.length + 2] = named("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":0}");
        events[words.length + 3] = named("message_delta", ANTHROPIC_END);
        events[words.length + 4] = named("message_stop", "{\"type\":\"message_stop\"}");
        return events;
    }

    private static String[] googleStream() {
        String[] words = TEXT.split("(?<= )");
        String[] events = new String[words.length];
        for (int i = 0; i < words.length; i++) {
            String piece = GOOGLE.formatted(words[i]);
            events[i] = event(i == words.length - 1 ? piece : piece.replace("\"finishReason\":\"STOP\",", ""));
        }
        return events;
    }

    private static String named(String name, String data) {
        return "event: " + name + "\n" + event(data);
    }

    private static String event(String data) {
        return "data: " + data + "\n\n";
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
