package dev.caravan.provider;

import java.util.Map;

/** The translator of each provider. */
final class Translators {

    private static final Map<String, Translator> ALL = Map.of(
            "openai", new OpenAiTranslator(),
            "anthropic", new AnthropicTranslator(),
            "google", new GoogleTranslator(),
            "demo", new DemoTranslator());

    private Translators() {}

    static boolean has(String provider) {
        return ALL.containsKey(provider);
    }

    static Translator of(String provider) {
        Translator translator = ALL.get(provider);
        if (translator == null) {
            throw new IllegalArgumentException("no translator for " + provider);
        }
        return translator;
    }
}
