package dev.caravan.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A request in Anthropic's format as it came, so that nothing of it is lost on the way to a provider that speaks it.
 *
 * @param json without {@code null} fields at the top and without our own {@code session_id} and {@code user_id}. Not to be
 *     changed: copy first.
 * @param onlyThere the paths of the fields that no other format can say; a provider of another format refuses the first
 */
public record AnthropicBody(ObjectNode json, List<String> onlyThere) {

    public AnthropicBody {
        onlyThere = List.copyOf(onlyThere);
    }
}
