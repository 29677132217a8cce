package dev.caravan.catalog;

import dev.caravan.catalog.Capabilities.ReasoningControl;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a reasoning model is steered where the file does not say. Source: @anthropic-ai/sdk 1.12.0, openai 6.49.0 and
 * @google/genai 2.32.0, type definitions, read 2026-11-20.
 */
final class DefaultReasoning {

    /** {@code claude-opus-4-5-20251101}: family, major, minor. A date of eight digits is no minor. */
    private static final Pattern CLAUDE = Pattern.compile("claude-([a-z]+)-(\\d{1,2})(?:-(\\d{1,2}))?(?!\\d)");

    /** {@code claude-3-7-sonnet}: the names before version 4. */
    private static final Pattern OLD_CLAUDE = Pattern.compile("claude-\\d");

    private static final Pattern GEMINI = Pattern.compile("gemini-(\\d{1,2})");

    private DefaultReasoning() {}

    static ReasoningControl control(String provider, String upstream) {
        return switch (provider) {
            case "anthropic" -> claudeTakesEffort(upstream) ? ReasoningControl.EFFORT : ReasoningControl.BUDGET;
            case "google" -> geminiTakesLevel(upstream) ? ReasoningControl.LEVEL : ReasoningControl.BUDGET;
            default -> ReasoningControl.EFFORT;
        };
    }

    /** Opus has it since 4.5, Sonnet since 4.6, every family that came after as well. */
    private static boolean claudeTakesEffort(String upstream) {
        if (OLD_CLAUDE.matcher(upstream).find()) {
            return false;
        }
        Matcher name = CLAUDE.matcher(upstream);
        if (!name.find()) {
            return true;
        }
        int major = Integer.parseInt(name.group(2));
        int minor = name.group(3) == null ? 0 : Integer.parseInt(name.group(3));
        return major > 4 || (major == 4 && minor >= ("opus".equals(name.group(1)) ? 5 : 6));
    }

    private static boolean geminiTakesLevel(String upstream) {
        Matcher name = GEMINI.matcher(upstream);
        return name.find() && Integer.parseInt(name.group(1)) >= 3;
    }
}
