package dev.caravan.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A buffer's bytes, whatever memory it has. */
class BufferBytesTest {

    private static final byte[] TEXT = "data: {}\n\n".getBytes(StandardCharsets.UTF_8);

    @Test
    void what_came_in_one_piece_is_not_copied() {
        assertThat(BufferBytes.of(Buffer.buffer(Unpooled.wrappedBuffer(TEXT)))).isSameAs(TEXT);
        assertThat(BufferBytes.of(Buffer.buffer())).isEmpty();
    }

    @Test
    void what_is_part_of_more_memory_is_that_part_alone() {
        ByteBuf more = Unpooled.wrappedBuffer("<<data: {}\n\n>>".getBytes(StandardCharsets.UTF_8));

        assertThat(BufferBytes.of(Buffer.buffer(more.slice(2, TEXT.length)))).isEqualTo(TEXT);
        assertThat(BufferBytes.of(Buffer.buffer(more.slice(0, 2)))).isEqualTo(new byte[] {'<', '<'});
        assertThat(BufferBytes.of(Buffer.buffer(Unpooled.wrappedBuffer(TEXT)).slice(6, 8)))
                .isEqualTo(new byte[] {'{', '}'});
        assertThat(BufferBytes.of(Buffer.buffer(200).appendBytes(TEXT))).isEqualTo(TEXT);
    }

    @Test
    void what_lies_outside_the_heap_is_copied() {
        ByteBuf direct = Unpooled.directBuffer().writeBytes(TEXT);
        try {
            assertThat(BufferBytes.of(Buffer.buffer(direct))).isEqualTo(TEXT);
        } finally {
            direct.release();
        }
    }
}
