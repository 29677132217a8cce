package dev.caravan.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.util.BufferRecycler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class JsonBuffersTest {

    private final JsonBuffers buffers = JsonBuffers.SHARED;

    @Test
    void a_thread_finds_what_it_has_left_and_never_what_is_in_use() {
        BufferRecycler first = buffers.acquirePooled();
        BufferRecycler second = buffers.acquirePooled();
        assertThat(second).isNotSameAs(first);
        buffers.releasePooled(first);
        assertThat(buffers.acquirePooled()).isSameAs(first);
        buffers.releasePooled(second);
        assertThat(buffers.pooledCount()).isPositive();
        assertThat(buffers.clear()).isTrue();
        assertThat(buffers.pooledCount()).isZero();
        assertThat(buffers.acquirePooled()).isNotSameAs(second);
    }

    @Test
    void many_threads_read_and_write_their_own_texts_and_few_sets_are_kept() throws Exception {
        ObjectMapper json =
                new ObjectMapper(JsonFactory.builder().recyclerPool(buffers).build());
        ExecutorService threads = Executors.newFixedThreadPool(64);
        List<CompletableFuture<Boolean>> done = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            String text = "{\"n\":" + i + ",\"text\":\"" + ("" + (char) ('a' + i % 26)).repeat(5000) + "\"}";
            done.add(CompletableFuture.supplyAsync(() -> sameEachTime(json, text), threads));
        }
        assertThat(done).allSatisfy(one -> assertThat(one.join()).isTrue());
        threads.shutdown();
        assertThat(buffers.pooledCount()).isBetween(1, 16);
    }

    private static boolean sameEachTime(ObjectMapper json, String text) {
        try {
            for (int round = 0; round < 200; round++) {
                JsonNode read = json.readTree(text);
                if (!json.writeValueAsString(read).equals(text)) {
                    return false;
                }
            }
            return true;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
