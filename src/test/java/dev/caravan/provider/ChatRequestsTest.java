package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.wire.ChatRequest;
import org.junit.jupiter.api.Test;

class ChatRequestsTest {

    @Test
    void keeps_the_body_without_nulls_and_without_our_own_fields() {
        ChatRequest request = ChatRequests.read("""
                {"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}],"session_id":"s","user_id":"u","stop":null,
                 "temperature":0.50}""");

        assertThat(request.sessionId()).isEqualTo("s");
        assertThat(request.userId()).isEqualTo("u");
        assertThat(request.temperature()).isEqualTo("0.50");
        assertThat(request.body().toString()).isEqualTo("""
                        {"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}],"temperature":0.50}""");
    }
}
