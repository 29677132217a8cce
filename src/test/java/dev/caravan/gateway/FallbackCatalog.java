package dev.caravan.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The shipped catalogue, with fallbacks. */
final class FallbackCatalog {

    private final ObjectNode json;

    FallbackCatalog() {
        try {
            json = (ObjectNode) RunningGateway.JSON.readTree(
                    Path.of("data/models_config.json").toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    FallbackCatalog with(String model, String... fallbacks) {
        ArrayNode names = ((ObjectNode) json.at("/models").get(model)).putArray("fallbacks");
        for (String name : fallbacks) {
            names.add(name);
        }
        return this;
    }

    /** The name of a file that holds it. */
    String file() {
        try {
            Path file = Files.createTempDirectory("catalogue").resolve("models.json");
            RunningGateway.JSON.writeValue(file.toFile(), json);
            return file.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
