package dev.caravan.dialect;

import dev.caravan.catalog.Model;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import dev.caravan.wire.AnthropicBody;
import dev.caravan.wire.ChatMessage;
import dev.caravan.wire.ChatRequest;
import dev.caravan.wire.ContentPart;
import java.util.List;

/** The checks of a request that need its model. */
public final class ModelChecks {

    /** The provider that speaks the format of {@link AnthropicDialect}. */
    private static final String ANTHROPIC = "anthropic";

    private ModelChecks() {}

    /** @throws RequestException 400, for what this model cannot do */
    public static void check(ChatRequest request, Model model) {
        checkFormat(request, model);
        checkMaxTokens(request, model);
        if (!model.capabilities().tools() && !request.tools().isEmpty()) {
            throw Refusals.unsupported("tools", "cannot be used with " + model.id() + ": it calls no tools");
        }
        if (!model.capabilities().vision()) {
            checkImages(request, model);
        }
    }

    private static void checkFormat(ChatRequest request, Model model) {
        AnthropicBody original = request.anthropic();
        if (original != null
                && !original.onlyThere().isEmpty()
                && !model.provider().equals(ANTHROPIC)) {
            throw Refusals.unsupported(
                    original.onlyThere().get(0),
                    "cannot be used with " + model.id() + ": only Anthropic's models know it");
        }
    }

    private static void checkMaxTokens(ChatRequest request, Model model) {
        Integer asked = request.maxTokens();
        if (asked != null && asked > model.maxOutputTokens()) {
            String param = request.body().has("max_tokens") ? "max_tokens" : "max_completion_tokens";
            throw new RequestException(
                    ErrorCode.MAX_TOKENS_TOO_LARGE,
                    param + " must be at most " + model.maxOutputTokens() + " for " + model.id(),
                    param);
        }
    }

    private static void checkImages(ChatRequest request, Model model) {
        List<ChatMessage> messages = request.messages();
        for (int m = 0; m < messages.size(); m++) {
            List<ContentPart> parts = messages.get(m).content();
            for (int p = 0; p < parts.size(); p++) {
                if (parts.get(p) instanceof ContentPart.Image) {
                    // The messages of an Anthropic caller were counted otherwise.
                    String param = request.anthropic() != null
                            ? "messages"
                            : FieldPath.of(FieldPath.of(FieldPath.of("messages", m), "content"), p);
                    throw Refusals.unsupported(param, "cannot hold an image: " + model.id() + " sees no images");
                }
            }
        }
    }
}
