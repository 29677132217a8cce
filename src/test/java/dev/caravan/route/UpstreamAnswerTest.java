package dev.caravan.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.error.ProviderFault;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import org.apache.camel.Message;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamAnswerTest {

    private static Message message(@Nullable InputStream body, @Nullable Object length) {
        Message message = new DefaultMessage(new DefaultCamelContext());
        message.setBody(body);
        message.setHeader("Content-Length", length);
        return message;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4095, 4096, 4097, 8192, 100_000, 3_000_000})
    void reads_the_whole_body_whatever_its_header_says(int length) throws IOException {
        byte[] body = new byte[length];
        new Random(length).nextBytes(body);
        for (Object told : new @Nullable Object[] {null, "" + length, "0", "-1", "1", "" + (length + 7), "many", 5}) {
            assertThat(UpstreamAnswer.readBounded(message(new ByteArrayInputStream(body), told)))
                    .as("Content-Length: %s", told)
                    .isEqualTo(body);
        }
    }

    @Test
    void has_nothing_where_there_is_no_body() throws IOException {
        assertThat(UpstreamAnswer.readBounded(message(null, null))).isEmpty();
    }

    @Test
    void gives_up_on_a_body_without_end() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }

            @Override
            public int read(byte[] bytes, int from, int length) {
                return length;
            }
        };
        assertThatThrownBy(() -> UpstreamAnswer.readBounded(message(endless, null)))
                .isInstanceOf(ProviderFault.class);
    }
}
