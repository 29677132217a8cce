package dev.caravan.stub;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Damages good messages, again and again for a time: {@code -Dfuzz.seconds=600} fuzzes longer than the few seconds of each build,
 * {@code -Dfuzz.seed=N} does again what the failure with that seed did.
 */
public final class Damage {

    private static final int SECONDS = Integer.getInteger("fuzz.seconds", 6);
    private static final JsonNodeFactory NODES = JsonNodeFactory.withExactBigDecimals(true);
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final List<JsonNode> VALUES = List.of(
            NODES.nullNode(),
            NODES.booleanNode(true),
            NODES.numberNode(0),
            NODES.numberNode(-1),
            NODES.numberNode(Long.MAX_VALUE),
            NODES.numberNode(BigInteger.TEN.pow(40)),
            NODES.numberNode(new BigDecimal("1E+308")),
            NODES.numberNode(new BigDecimal("0.1")),
            NODES.textNode(""),
            NODES.textNode("x"),
            NODES.textNode("\u0000\u2028\uD83D\uDE00"),
            NODES.textNode("${env:HOME} {{env:HOME}} ${header.x} ' OR 1=1; --"),
            NODES.textNode("a".repeat(5000)),
            NODES.arrayNode(),
            NODES.arrayNode().add(1).add("two").addNull(),
            NODES.objectNode(),
            NODES.objectNode().put("type", "text").put("text", "t"));

    private final Random random;

    private Damage(Random random) {
        this.random = random;
    }

    /** Runs with one seed after the other until the time is over; a failure names its seed. */
    public static void forAWhile(Consumer<Damage> run) {
        Long only = Long.getLong("fuzz.seed");
        if (only != null) {
            run.accept(new Damage(new Random(only)));
            return;
        }
        long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
        for (long seed = System.nanoTime(); System.nanoTime() < end; seed++) {
            try {
                run.accept(new Damage(new Random(seed)));
            } catch (Throwable e) {
                throw new AssertionError("again with -Dfuzz.seed=" + seed, e);
            }
        }
    }

    public <T> T oneOf(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    /** The fixtures of that name, below that folder. */
    public static List<byte[]> fixtures(String folder, String name) {
        try (Stream<Path> files = Files.walk(Path.of("src/test/resources/fixtures", folder))) {
            List<byte[]> found = new ArrayList<>();
            for (Path file : files.filter(path -> path.endsWith(name)).sorted().toList()) {
                found.add(Files.readAllBytes(file));
            }
            if (found.isEmpty()) {
                throw new AssertionError("no fixture " + name + " in " + folder);
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Still JSON, but not what it was; at times no JSON any more. */
    public byte[] json(byte[] good) {
        try {
            JsonNode tree = JSON.readTree(good);
            for (int i = random.nextInt(3); i >= 0; i--) {
                List<Runnable> places = new ArrayList<>();
                collect(tree, places);
                if (!places.isEmpty()) {
                    oneOf(places).run();
                }
            }
            byte[] bad = JSON.writeValueAsBytes(tree);
            return random.nextInt(10) == 0 ? bytes(bad) : bad;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void collect(JsonNode node, List<Runnable> places) {
        if (node instanceof ObjectNode object) {
            object.properties().forEach(field -> {
                String name = field.getKey();
                places.add(() -> object.set(name, value()));
                places.add(() -> object.remove(name));
                places.add(() -> object.set(name + "_x", object.remove(name)));
                places.add(() -> object.set(name, NODES.arrayNode().add(object.get(name))));
                collect(field.getValue(), places);
            });
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                int index = i;
                places.add(() -> array.set(index, value()));
                places.add(() -> array.remove(index));
                places.add(() -> array.add(array.get(index).deepCopy()));
                collect(array.get(i), places);
            }
        }
    }

    private JsonNode value() {
        return oneOf(VALUES).deepCopy();
    }

    /** A few bytes changed, left out, doubled or put in; or cut off. */
    public byte[] bytes(byte[] good) {
        byte[] bad = good;
        for (int i = random.nextInt(3); i >= 0 && bad.length > 0; i--) {
            int at = random.nextInt(bad.length);
            int length = Math.min(bad.length - at, 1 + random.nextInt(8));
            byte[] middle = switch (random.nextInt(5)) {
                case 0 -> new byte[] {(byte) random.nextInt(256)};
                case 1 -> new byte[0];
                case 2 -> Arrays.copyOfRange(bad, at, at + length);
                case 3 ->
                    oneOf(List.of("\n", "\n\n", "\r", "data:", "{", "}", "[", "\"", ",", "\\u0000", "null"))
                            .getBytes(StandardCharsets.UTF_8);
                default -> null;
            };
            bad = middle == null
                    ? Arrays.copyOf(bad, at)
                    : concat(
                            Arrays.copyOf(bad, at),
                            middle,
                            Arrays.copyOfRange(bad, random.nextBoolean() ? at : at + length, bad.length));
        }
        return bad;
    }

    /** The bytes in pieces, cut anywhere. */
    public List<byte[]> pieces(byte[] whole) {
        List<byte[]> pieces = new ArrayList<>();
        for (int at = 0; at < whole.length; ) {
            int length = Math.min(whole.length - at, 1 + random.nextInt(random.nextBoolean() ? 5 : 300));
            pieces.add(Arrays.copyOfRange(whole, at, at + length));
            at += length;
        }
        return pieces;
    }

    private static byte[] concat(byte[]... parts) {
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        byte[] whole = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }
}
