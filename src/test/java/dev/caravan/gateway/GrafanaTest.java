package dev.caravan.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.stub.Reply;
import dev.caravan.stub.StubProvider;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The dashboard for Grafana asks for what the gateway really tells. */
class GrafanaTest {

    /** A metric with what selects its series; functions have a parenthesis behind them. */
    private static final Pattern SELECTOR =
            Pattern.compile("\\b((?:caravan|gen_ai|http|jvm|process)_[a-z0-9_]+)(?:\\{([^}]*)\\})?");

    private static final Pattern BY = Pattern.compile("by \\(([^)]*)\\) \\((.*)");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=");

    /** Each name in a real scrape, with its labels. */
    private static final Map<String, Set<String>> TOLD = new TreeMap<>();

    private static JsonNode dashboard;

    @BeforeAll
    static void scrape() throws IOException {
        dashboard = RunningGateway.JSON.readTree(new File("src/main/grafana/caravan.json"));
        try (StubProvider stub = StubProvider.start();
                RunningGateway gateway =
                        RunningGateway.with().providersAt(stub.address()).start()) {
            stub.next(Reply.stream(Streams.OPENAI, Duration.ofMillis(5)));
            gateway.post(
                    "/v1/chat/completions",
                    "{\"model\":\"gpt-4o\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
            await().until(() -> gateway.get("/metrics").body().contains("gen_ai_server_time_to_first_token"));
            for (String line : gateway.get("/metrics").body().lines().toList()) {
                Matcher series =
                        Pattern.compile("([a-z0-9_]+)(?:\\{(.*)\\})? .*").matcher(line);
                if (series.matches()) {
                    Set<String> labels = TOLD.computeIfAbsent(series.group(1), name -> new TreeSet<>());
                    if (series.group(2) != null) {
                        LABEL.matcher(series.group(2)).results().forEach(label -> labels.add(label.group(1)));
                    }
                }
            }
        }
    }

    @Test
    void every_metric_that_it_asks_for_is_told_with_the_labels_that_it_selects_by() {
        List<String> asked = asked();
        assertThat(asked).hasSizeGreaterThan(20);
        for (String expression : asked) {
            Matcher selector = SELECTOR.matcher(expression);
            int metrics = 0;
            while (selector.find()) {
                if (isLabel(expression, selector)) {
                    continue;
                }
                metrics++;
                assertThat(TOLD).as(expression).containsKey(selector.group(1));
                if (selector.group(2) != null) {
                    LABEL.matcher(selector.group(2))
                            .results()
                            .forEach(label -> assertThat(TOLD.get(selector.group(1)))
                                    .as(expression)
                                    .contains(label.group(1)));
                }
            }
            assertThat(metrics).as(expression).isPositive();
        }
    }

    @Test
    void every_metric_that_the_readme_names_is_told() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        List<String> names = Pattern.compile("`((?:caravan|gen_ai|http)_[a-z0-9_]+)`")
                .matcher(readme)
                .results()
                .map(name -> name.group(1))
                .toList();
        assertThat(names).hasSizeGreaterThan(10);
        for (String name : names) {
            assertThat(TOLD.containsKey(name) || TOLD.containsKey(name + "_bucket"))
                    .as(name)
                    .isTrue();
        }
    }

    @Test
    void every_label_that_it_groups_by_is_one_of_the_metric() {
        int groups = 0;
        for (String expression : asked()) {
            Matcher by = BY.matcher(expression);
            if (by.find()) {
                Matcher metric = SELECTOR.matcher(by.group(2));
                assertThat(metric.find()).isTrue();
                for (String label : by.group(1).split(", ")) {
                    if (!label.equals("instance")) {
                        assertThat(TOLD.get(metric.group(1))).as(expression).contains(label);
                        groups++;
                    }
                }
            }
        }
        assertThat(groups).isGreaterThan(10);
    }

    @Test
    void every_panel_has_its_own_number_a_name_and_what_it_means() {
        List<Integer> numbers = new ArrayList<>();
        for (JsonNode panel : dashboard.path("panels")) {
            numbers.add(panel.path("id").asInt());
            assertThat(panel.path("title").asText()).isNotEmpty();
            assertThat(panel.path("description").asText()).endsWith(".");
            assertThat(panel.at("/datasource/uid").asText()).isEqualTo("${datasource}");
        }
        assertThat(numbers).hasSizeGreaterThan(15).doesNotHaveDuplicates();
    }

    /** The words of a grouping stand in parentheses and have no selector. */
    private static boolean isLabel(String expression, Matcher found) {
        int open = expression.lastIndexOf('(', found.start());
        return open >= 3 && expression.startsWith("by ", open - 3);
    }

    private static List<String> asked() {
        List<String> all = new ArrayList<>();
        dashboard.findValues("expr").forEach(expression -> all.add(expression.asText()));
        for (JsonNode variable : dashboard.at("/templating/list")) {
            String query = variable.at("/query/query").asText();
            if (!query.isEmpty()) {
                all.add(query);
            }
        }
        return all;
    }
}
