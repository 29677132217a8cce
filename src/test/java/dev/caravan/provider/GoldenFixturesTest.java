package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.catalog.Model;
import dev.caravan.wire.ChatResponse;
import dev.caravan.wire.ReportedUsage;
import dev.caravan.wire.ToolCall;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every folder {@code fixtures/<provider>/<case>}: {@code request.json} (OpenAI's format; its model is one of {@link
 * ChatRequests}) becomes {@code upstream-request.json}, and {@code upstream-response.json} becomes {@code response.json}.
 * Where the request has adjustments, {@code adjustments.json} holds them. {@code path.txt} holds the upstream path where it
 * is not empty. An id that the gateway makes up is written {@code "*"} in {@code response.json}.
 */
class GoldenFixturesTest {

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures");

    @Test
    void there_are_fixtures() throws IOException {
        assertThat(cases()).isNotEmpty();
    }

    @TestFactory
    Stream<DynamicTest> every_request_becomes_its_upstream_request() throws IOException {
        return cases().stream().map(folder -> DynamicTest.dynamicTest(name(folder), () -> checkRequest(folder)));
    }

    @TestFactory
    Stream<DynamicTest> every_upstream_response_becomes_its_response() throws IOException {
        return cases().stream().map(folder -> DynamicTest.dynamicTest(name(folder), () -> checkResponse(folder)));
    }

    private static void checkRequest(Path folder) throws IOException {
        ObjectNode request = (ObjectNode) read(folder, "request.json");
        UpstreamRequest upstream = translator(folder).toUpstream(ChatRequests.read(request), model(folder));

        assertThat((Object) ChatRequests.json(new String(upstream.body(), StandardCharsets.UTF_8)))
                .isEqualTo(read(folder, "upstream-request.json"));
        Path path = folder.resolve("path.txt");
        assertThat(upstream.path())
                .isEqualTo(Files.exists(path) ? Files.readString(path).strip() : "");
        JsonNode adjustments = Files.exists(folder.resolve("adjustments.json"))
                ? read(folder, "adjustments.json")
                : ChatRequests.json("[]");
        assertThat((Object) ChatRequests.JSON.readTree(ChatRequests.JSON.writeValueAsString(upstream.adjustments())))
                .isEqualTo(adjustments);
    }

    private static void checkResponse(Path folder) throws IOException {
        JsonNode expected = read(folder, "response.json");
        byte[] answer = Files.readAllBytes(folder.resolve("upstream-response.json"));
        ChatResponse response = translator(folder).toResponse(answer, model(folder));

        assertThat((Object) json(response, expected)).isEqualTo(expected);
    }

    /** Only the fields that are there: null and empty ones are left out, as in the files. */
    static ObjectNode json(ChatResponse response, JsonNode expected) {
        ObjectNode json = ChatRequests.JSON.createObjectNode();
        json.put("id", unlessMadeUp(response.id(), expected.path("id")));
        json.put("content", response.content());
        if (response.refusal() != null) {
            json.put("refusal", response.refusal());
        }
        if (!response.toolCalls().isEmpty()) {
            ArrayNode calls = json.putArray("tool_calls");
            for (ToolCall call : response.toolCalls()) {
                JsonNode expectedId =
                        expected.path("tool_calls").path(calls.size()).path("id");
                ObjectNode one = calls.addObject();
                one.put("id", unlessMadeUp(call.id(), expectedId));
                one.put("name", call.name());
                one.put("arguments", call.arguments());
                if (call.thoughtSignature() != null) {
                    one.put("thought_signature", call.thoughtSignature());
                }
            }
        }
        json.put("finish_reason", response.finishReason().wireName());
        if (response.nativeFinishReason() != null) {
            json.put("native_finish_reason", response.nativeFinishReason());
        }
        ReportedUsage usage = response.usage();
        ObjectNode counts = json.putObject("usage");
        put(counts, "prompt_tokens", usage.promptTokens());
        put(counts, "completion_tokens", usage.completionTokens());
        put(counts, "cached_tokens", usage.cachedTokens());
        put(counts, "cache_write_tokens", usage.cacheWriteTokens());
        put(counts, "cache_write_1h_tokens", usage.cacheWrite1hTokens());
        put(counts, "reasoning_tokens", usage.reasoningTokens());
        // Through text, so that the numbers are of the kinds that a parser makes.
        return (ObjectNode) ChatRequests.json(json.toString());
    }

    private static String unlessMadeUp(String id, JsonNode expected) {
        assertThat(id).isNotEmpty();
        return expected.asText().equals("*") ? "*" : id;
    }

    private static void put(ObjectNode counts, String field, @Nullable Long count) {
        if (count != null) {
            counts.put(field, count);
        }
    }

    private static Translator translator(Path folder) {
        return Translators.of(folder.getParent().getFileName().toString());
    }

    private static Model model(Path folder) throws IOException {
        return ChatRequests.model(read(folder, "request.json").path("model").asText());
    }

    private static JsonNode read(Path folder, String file) throws IOException {
        return ChatRequests.json(Files.readString(folder.resolve(file)));
    }

    private static String name(Path folder) {
        return FIXTURES.relativize(folder).toString();
    }

    private static List<Path> cases() throws IOException {
        List<Path> cases = new ArrayList<>();
        try (Stream<Path> files = Files.walk(FIXTURES, 3)) {
            files.filter(file -> file.getFileName().toString().equals("request.json"))
                    .map(Path::getParent)
                    .sorted()
                    .forEach(cases::add);
        }
        return cases;
    }
}
