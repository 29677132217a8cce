package dev.caravan.dialect;

import dev.caravan.error.GatewayException;
import dev.caravan.wire.ChatChunk;
import dev.caravan.wire.StreamEvent;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The stream of our own contract: the text as it comes, the tool calls as OpenAI's fragments, then all the rest at once. */
final class ApiStream implements StreamWriter {

    private final ApiDialect dialect;
    private final EventText out = new EventText();
    private final SplitPairs pairs = new SplitPairs();
    private boolean hasText;

    ApiStream(ApiDialect dialect) {
        this.dialect = dialect;
    }

    @Override
    public byte[] begin() {
        return out.take();
    }

    @Override
    public byte[] event(StreamEvent event) {
        for (ChatChunk chunk : event.chunks()) {
            write(chunk);
        }
        return out.take();
    }

    private void write(ChatChunk chunk) {
        if (chunk instanceof ChatChunk.Text text) {
            hasText = true;
            delta(pairs.join(SplitPairs.TEXT, text.text()));
        } else if (chunk instanceof ChatChunk.Refusal refusal) {
            // As in the plain answer, whose content is the refusal's only where there is no text.
            if (!hasText) {
                delta(pairs.join(SplitPairs.REFUSAL, refusal.text()));
            }
        } else if (chunk instanceof ChatChunk.ToolCallStart call) {
            out.data();
            ToolFragments.start(out, call);
            out.json("}").close();
        } else if (chunk instanceof ChatChunk.ToolCallArguments arguments) {
            String piece = pairs.join(arguments.index(), arguments.fragment());
            if (!piece.isEmpty()) {
                out.data();
                ToolFragments.arguments(out, arguments.index(), piece);
                out.json("}").close();
            }
        }
    }

    private void delta(String piece) {
        if (!piece.isEmpty()) {
            out.data().json("{\"delta\":").quoted(piece).json("}").close();
        }
    }

    @Override
    public byte[] end(Answer answer) {
        out.data().made(dialect.tail(answer)).close();
        out.data().json("[DONE]").close();
        return out.take();
    }

    @Override
    public byte[] error(GatewayException failure, @Nullable String requestId) {
        out.data()
                .made(new String(dialect.error(failure, requestId), StandardCharsets.UTF_8))
                .close();
        return out.take();
    }
}
