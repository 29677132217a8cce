package dev.caravan.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A request's copies differ in what they say they do. */
class ChatRequestTest {

    private final ObjectNode body = JsonNodeFactory.instance.objectNode().put("model", "m");
    private final ChatRequest request = new ChatRequest(
            "m",
            List.of(),
            BigDecimal.ONE,
            BigDecimal.ONE,
            3,
            List.of("stop"),
            List.of(),
            null,
            true,
            null,
            "low",
            4L,
            BigDecimal.TEN,
            BigDecimal.ZERO,
            "theirs",
            true,
            "session",
            "ours",
            body);

    @Test
    void a_copy_for_another_user_has_that_user() throws Exception {
        assertThat(different(request.withUser("other"))).containsExactly("userId");
        assertThat(request.withUser("other").userId()).isEqualTo("other");
    }

    @Test
    void a_copy_without_a_body_has_all_the_rest() throws Exception {
        assertThat(different(request.withoutBody())).containsExactly("body");
        assertThat(request.withoutBody().body().isEmpty()).isTrue();
        assertThat(body.isEmpty()).isFalse();
    }

    private List<String> different(ChatRequest copy) throws Exception {
        List<String> names = new ArrayList<>();
        for (RecordComponent part : ChatRequest.class.getRecordComponents()) {
            Object there = part.getAccessor().invoke(copy);
            Object here = part.getAccessor().invoke(request);
            if (here == null ? there != null : !here.equals(there)) {
                names.add(part.getName());
            }
        }
        return names;
    }
}
