package dev.caravan.app;

import dev.caravan.route.ProviderSteps;
import java.util.Collection;
import java.util.Comparator;

/** What a person sees when Caravan has started: the address, who can be called, what is missing, and a curl to paste. */
final class StartScreen {

    private StartScreen() {}

    /** @param open whether other machines can reach it */
    static String of(String address, boolean open, Collection<ProviderSteps> providers, String ledger, String model) {
        StringBuilder screen = new StringBuilder(512);
        screen.append("\nCaravan listens on ").append(address).append("\n\n");
        if (open) {
            screen.append(
                    "  ! Other machines can reach it, and whoever reaches it can spend your money: unset GATEWAY_HOST\n");
            screen.append("    to listen on 127.0.0.1, or let a proxy that asks for a password stand in front.\n\n");
        }
        providers.stream()
                .sorted(Comparator.comparing(ProviderSteps::isAvailable)
                        .reversed()
                        .thenComparing(ProviderSteps::getName))
                .forEach(provider -> screen.append(String.format(
                        "  %s %-10s %s%n",
                        provider.isAvailable() ? "+" : "-", provider.getName(), provider.condition())));
        screen.append("\nThe bill is kept in ").append(ledger).append("\n\nTry it:\n\n");
        screen.append("  curl -s ")
                .append(address)
                .append("/api/chat/completions \\\n    -H 'Content-Type: application/json' \\\n")
                .append("    -d '{\"model\":\"")
                .append(model)
                .append("\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello, Caravan!\"}]}'\n\n");
        return screen.toString();
    }
}
