package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.wire.ReportedUsage;
import org.jspecify.annotations.Nullable;

/**
 * Gemini's {@code usageMetadata} in OpenAI's convention: its prompt count leaves out tool-use prompts, its candidates count
 * leaves out thoughts.
 *
 * <p>Source: @google/genai 2.32.0, GenerateContentResponseUsageMetadata, read 2026-11-20.
 */
final class GoogleUsage {

    /** No answer has a larger count; a larger one is a mistake, and cannot overflow a sum this way. */
    private static final long LARGEST = 1_000_000_000_000L;

    private GoogleUsage() {}

    static ReportedUsage read(JsonNode usage) {
        Long prompt = sum(count(usage, "promptTokenCount"), orZero(usage, "toolUsePromptTokenCount"));
        Long thoughts = count(usage, "thoughtsTokenCount");
        Long completion = sum(count(usage, "candidatesTokenCount"), orZero(usage, "thoughtsTokenCount"));
        if (completion == null) {
            completion = derived(count(usage, "totalTokenCount"), prompt, thoughts);
        }
        Long cached = count(usage, "cachedContentTokenCount");
        if (cached != null && prompt != null && cached > prompt) {
            cached = null;
        }
        return new ReportedUsage(prompt, completion, cached, null, null, thoughts);
    }

    /** Gemini leaves the candidates' count out where there is no candidate: what the total has beyond the prompt, else the thoughts. */
    private static @Nullable Long derived(@Nullable Long total, @Nullable Long prompt, @Nullable Long thoughts) {
        long least = thoughts == null ? 0 : thoughts;
        if (total != null && prompt != null && total - prompt >= least) {
            return total - prompt;
        }
        return thoughts;
    }

    private static @Nullable Long orZero(JsonNode usage, String field) {
        return usage.hasNonNull(field) ? count(usage, field) : Long.valueOf(0);
    }

    private static @Nullable Long sum(@Nullable Long one, @Nullable Long other) {
        return one == null || other == null ? null : Long.valueOf(one + other);
    }

    private static @Nullable Long count(JsonNode usage, String field) {
        JsonNode node = usage.path(field);
        if (!node.isIntegralNumber() || !node.canConvertToLong()) {
            return null;
        }
        long value = node.longValue();
        return value < 0 || value > LARGEST ? null : Long.valueOf(value);
    }
}
