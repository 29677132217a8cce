package dev.caravan.provider;

/**
 * One server-sent event.
 *
 * @param event its type; {@code message} where the stream named none
 * @param data its data lines, joined with line feeds
 */
public record SseEvent(String event, String data) {}
