package dev.caravan.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code target/bom.json} says what the packaged program is made of, to the byte. */
class BillOfMaterialsIT {

    private static final Path TARGET = Path.of("target");

    @Test
    void names_the_libraries_that_the_program_runs_with_and_no_others() throws Exception {
        Map<String, String> listed = new TreeMap<>();
        JsonNode bill = new ObjectMapper().readTree(TARGET.resolve("bom.json").toFile());
        for (JsonNode component : bill.path("components")) {
            for (JsonNode hash : component.path("hashes")) {
                if (hash.path("alg").asText().equals("SHA-256")) {
                    listed.put(
                            hash.path("content").asText(),
                            component.path("purl").asText());
                }
            }
        }
        assertThat(bill.path("specVersion").asText()).isEqualTo("1.6");
        assertThat(listed.keySet()).isEqualTo(new TreeSet<>(shipped().keySet()));
        assertThat(listed.values()).allMatch(name -> name.startsWith("pkg:maven/"));
    }

    @Test
    void the_program_looks_for_just_these_libraries() throws Exception {
        try (JarFile program = new JarFile(TARGET.resolve("caravan.jar").toFile())) {
            String path = program.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            assertThat(Arrays.stream(path.split(" ")).map(entry -> entry.substring("lib/".length())))
                    .containsExactlyInAnyOrderElementsOf(shipped().values());
        }
    }

    /** File names by SHA-256. */
    private static Map<String, String> shipped() throws Exception {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        try (Stream<Path> files = Files.list(TARGET.resolve("lib"))) {
            return files.collect(Collectors.toMap(
                    file -> HexFormat.of().formatHex(sha256.digest(bytes(file))),
                    file -> file.getFileName().toString()));
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
