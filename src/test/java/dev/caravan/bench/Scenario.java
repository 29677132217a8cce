package dev.caravan.bench;

import java.util.List;

/**
 * What callers do.
 *
 * @param name as the table shows it
 * @param model which provider has to answer
 * @param connections how many ask at once, each again as soon as it has its answer
 * @param stream whether the answer comes in pieces
 */
record Scenario(String name, String model, int connections, boolean stream) {

    static final String PATH = "/v1/chat/completions";

    /** As fast as they can, through each translator; the delay of a single call; and streams. */
    static List<Scenario> all(int streams) {
        return List.of(
                new Scenario("OpenAI, 32 connections", "gpt-4o-mini", 32, false),
                new Scenario("OpenAI to Anthropic, 32 connections", "claude-haiku-4-5", 32, false),
                new Scenario("OpenAI to Gemini, 32 connections", "gemini-2.5-flash", 32, false),
                new Scenario("OpenAI, 1 connection", "gpt-4o-mini", 1, false),
                new Scenario("OpenAI, %,d streams".formatted(streams), "gpt-4o-mini", streams, true));
    }

    /** The whole request, its head included. */
    byte[] request() {
        byte[] body = Samples.request(model, stream);
        byte[] head = Bytes.of("POST " + PATH + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n"
                + "Authorization: Bearer unused\r\nContent-Type: application/json\r\nContent-Length: " + body.length
                + "\r\n\r\n");
        byte[] whole = java.util.Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, whole, head.length, body.length);
        return whole;
    }

    /** Between the first questions of two callers: streams that begin at the same moment would all speak at the same moment. */
    long stepNanos() {
        return stream ? Samples.CHUNKS * ProviderConnection.GAP_NANOS / connections : 0;
    }
}
