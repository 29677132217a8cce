package dev.caravan.provider;

/** The translator of each provider. */
final class Translators {

    private Translators() {}

    static Translator of(String provider) {
        return switch (provider) {
            case "openai" -> new OpenAiTranslator();
            case "google" -> new GoogleTranslator();
            case "anthropic" -> new AnthropicTranslator();
            case "demo" -> new DemoTranslator();
            default -> throw new IllegalArgumentException("no translator for " + provider);
        };
    }
}
