package dev.caravan.app;

import dev.caravan.route.ProviderSteps;
import java.util.Collection;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** What a person sees when Caravan has started: the address, who can be called, what is missing, and a curl to paste. */
final class StartScreen {

    private StartScreen() {}

    static String of(
            String address,
            KeyParts keys,
            Collection<ProviderSteps> providers,
            String ledger,
            @Nullable String jolokia,
            String model) {
        StringBuilder screen = new StringBuilder(512);
        screen.append("\nCaravan listens on ").append(address).append("\n\n");
        providers.stream()
                .sorted(Comparator.comparing(ProviderSteps::isAvailable)
                        .reversed()
                        .thenComparing(ProviderSteps::getName))
                .forEach(provider -> screen.append(String.format(
                        "  %s %-10s %s%n",
                        provider.isAvailable() ? "+" : "-", provider.getName(), provider.condition())));
        screen.append("\nGateway keys: ").append(keys.condition()).append('\n');
        screen.append("\nThe bill is kept in ").append(ledger).append('\n');
        if (jolokia != null) {
            screen.append("\nJolokia: read only, with JOLOKIA_PASSWORD, on ")
                    .append(jolokia)
                    .append('\n');
        }
        screen.append("\nTry it:\n\n");
        screen.append("  curl -s ")
                .append(address)
                .append("/api/chat/completions \\\n    -H 'Content-Type: application/json' \\\n")
                .append(keys.isRequired() ? "    -H 'Authorization: Bearer cv-YOUR-KEY' \\\n" : "")
                .append("    -d '{\"model\":\"")
                .append(model)
                .append("\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello, Caravan!\"}]}'\n\n");
        return screen.toString();
    }
}
