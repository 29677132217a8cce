package dev.caravan.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The files for containers say what the program, its settings and its routes say. */
class DeploymentTest {

    private static final Path DOCKER = Path.of("src/main/docker");

    private static String text(Path file) throws IOException {
        return Files.readString(file);
    }

    private static List<Map<String, Object>> yaml(Path file) throws IOException {
        List<Map<String, Object>> documents = new ArrayList<>();
        // A key that is there twice is an error.
        LoadSettings strict =
                LoadSettings.builder().setAllowDuplicateKeys(false).build();
        new Load(strict).loadAllFromString(text(file)).forEach(document -> documents.add(map(document)));
        return documents;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object node) {
        return (Map<String, Object>) node;
    }

    /** By names and indexes: {@code spec.containers.0.name}. */
    private static Object at(Object root, String path) {
        Object node = root;
        for (String step : path.split("\\.")) {
            node = node instanceof List<?> list
                    ? list.get(Integer.parseInt(step))
                    : map(node).get(step);
            assertThat(node).as("%s in %s", step, path).isNotNull();
        }
        return node;
    }

    private static Map<String, Object> kubernetes(String kind) throws IOException {
        return yaml(Path.of("src/main/k8s/caravan.yaml")).stream()
                .filter(document -> document.get("kind").equals(kind))
                .findFirst()
                .orElseThrow();
    }

    private static Set<String> knownVariables() throws IOException {
        Set<String> known = new TreeSet<>();
        Matcher setting = Pattern.compile("\\{\\{env:([A-Z_]+):").matcher(text(Path.of("application.properties")));
        while (setting.find()) {
            known.add(setting.group(1));
        }
        try (Stream<Path> routes = Files.list(Path.of("routes"))) {
            for (Path route : routes.toList()) {
                Matcher keys = Pattern.compile("keyVariables: ([A-Z_, ]+)").matcher(text(route));
                while (keys.find()) {
                    known.addAll(List.of(keys.group(1).split("\\s*,\\s*")));
                }
            }
        }
        return known;
    }

    /** As {@code kubectl apply --validate=strict} would, without a cluster. */
    @Test
    void kubernetes_knows_every_field() throws IOException {
        ObjectMapper strict = new ObjectMapper().setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
            @Override
            public Boolean hasAnySetter(Annotated annotated) {
                // Its types would take what they do not know.
                return false;
            }
        });
        Map<String, Class<?>> types = Map.of(
                "v1/Service", Service.class,
                "apps/v1/Deployment", Deployment.class,
                "autoscaling/v2/HorizontalPodAutoscaler", HorizontalPodAutoscaler.class,
                "policy/v1/PodDisruptionBudget", PodDisruptionBudget.class);
        Set<String> seen = new TreeSet<>();
        for (Map<String, Object> document : yaml(Path.of("src/main/k8s/caravan.yaml"))) {
            String type = document.get("apiVersion") + "/" + document.get("kind");
            assertThat(strict.convertValue(document, types.get(type))).isNotNull();
            seen.add(type);
        }
        assertThat(seen).isEqualTo(types.keySet());
        Map<String, Object> mistaken = new HashMap<>(kubernetes("Service"));
        mistaken.put("spec", Map.of("typo", 1));
        assertThatThrownBy(() -> strict.convertValue(mistaken, Service.class)).hasMessageContaining("typo");
    }

    @Test
    void the_image_is_made_of_files_that_are_here_and_are_not_ignored() throws IOException {
        String dockerfile = text(DOCKER.resolve("Dockerfile"));
        List<String> wanted = List.of(text(Path.of(".dockerignore")).split("\n"));
        Matcher copy = Pattern.compile("(?m)^COPY (?!--)(\\S+) ").matcher(dockerfile);
        int copies = 0;
        while (copy.find()) {
            String source = copy.group(1);
            assertThat(Path.of(source)).exists();
            assertThat(wanted).anyMatch(line -> line.equals("!" + source) || line.startsWith("!" + source + "/"));
            copies++;
        }
        assertThat(copies).isEqualTo(5);
        assertThat(dockerfile).containsPattern("(?m)^USER 10001$");
        assertThat(wanted).startsWith("*");
    }

    @Test
    void every_variable_is_one_that_the_program_reads() throws IOException {
        Set<String> known = knownVariables();
        Set<String> used =
                new TreeSet<>(map(at(yaml(DOCKER.resolve("compose.yaml")).get(0), "services.gateway.environment"))
                        .keySet());
        Matcher env = Pattern.compile("(?m)^ENV (.*)$").matcher(text(DOCKER.resolve("Dockerfile")));
        while (env.find()) {
            Stream.of(env.group(1).split(" ")).forEach(pair -> used.add(pair.substring(0, pair.indexOf('='))));
        }
        Matcher literal =
                Pattern.compile("--from-literal=([A-Z_]+)=").matcher(text(Path.of("src/main/k8s/caravan.yaml")));
        while (literal.find()) {
            used.add(literal.group(1));
        }
        assertThat(used).hasSizeGreaterThan(5);
        assertThat(known).containsAll(used);
    }

    @Test
    void the_probes_ask_pages_that_there_are() throws IOException {
        String health = text(Path.of("routes/health.camel.yaml"));
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            Object path = at(kubernetes("Deployment"), "spec.template.spec.containers.0." + probe + ".httpGet.path");
            assertThat(health).contains("uri: platform-http:" + path + "\n");
        }
    }

    @Test
    void nobody_is_killed_before_its_calls_have_had_their_time() throws IOException {
        Matcher drain =
                Pattern.compile("gateway.drain-timeout-ms=(\\d+)").matcher(text(Path.of("application.properties")));
        assertThat(drain.find()).isTrue();
        int seconds = Integer.parseInt(drain.group(1)) / 1000;
        Object spec = at(kubernetes("Deployment"), "spec.template.spec");
        assertThat((Integer) at(spec, "terminationGracePeriodSeconds"))
                .isGreaterThan(seconds + (Integer) at(spec, "containers.0.lifecycle.preStop.sleep.seconds") + 10);
        assertThat(at(yaml(DOCKER.resolve("compose.yaml")).get(0), "services.gateway.stop_grace_period"))
                .isEqualTo("60s");
    }

    @Test
    void the_gateway_is_nobody_and_writes_two_folders_only() throws IOException {
        Object pod = at(kubernetes("Deployment"), "spec.template.spec");
        assertThat(at(pod, "securityContext.runAsNonRoot")).isEqualTo(true);
        assertThat(at(pod, "containers.0.securityContext.readOnlyRootFilesystem"))
                .isEqualTo(true);
        assertThat(at(pod, "containers.0.securityContext.allowPrivilegeEscalation"))
                .isEqualTo(false);
        assertThat((List<?>) at(pod, "containers.0.volumeMounts"))
                .extracting(mount -> map(mount).get("mountPath"))
                .containsExactlyInAnyOrder("/caravan/data", "/tmp");
        Object gateway = at(yaml(DOCKER.resolve("compose.yaml")).get(0), "services.gateway");
        assertThat(at(gateway, "read_only")).isEqualTo(true);
        assertThat((List<?>) at(gateway, "cap_drop")).isEqualTo(List.of("ALL"));
    }

    @Test
    void the_parts_of_the_cluster_mean_the_same_pods() throws IOException {
        Object labels = at(kubernetes("Deployment"), "spec.template.metadata.labels");
        assertThat(at(kubernetes("Deployment"), "spec.selector.matchLabels")).isEqualTo(labels);
        assertThat(at(kubernetes("Service"), "spec.selector")).isEqualTo(labels);
        assertThat(at(kubernetes("PodDisruptionBudget"), "spec.selector.matchLabels"))
                .isEqualTo(labels);
        assertThat(at(kubernetes("HorizontalPodAutoscaler"), "spec.scaleTargetRef.name"))
                .isEqualTo(at(kubernetes("Deployment"), "metadata.name"));
        assertThat((Integer) at(kubernetes("PodDisruptionBudget"), "spec.minAvailable"))
                .isLessThan((Integer) at(kubernetes("HorizontalPodAutoscaler"), "spec.minReplicas"));
    }

    @Test
    void what_watches_the_gateway_finds_it() throws IOException {
        Map<String, Object> services =
                map(at(yaml(DOCKER.resolve("compose.yaml")).get(0), "services"));
        Object target =
                at(yaml(DOCKER.resolve("prometheus.yaml")).get(0), "scrape_configs.0.static_configs.0.targets.0");
        assertThat(services).containsKey(target.toString().replace(":8080", ""));
        assertThat(at(yaml(DOCKER.resolve("grafana-source.yaml")).get(0), "datasources.0.url"))
                .isEqualTo("http://prometheus:9090");
        for (String file : List.of("prometheus.yaml", "grafana-source.yaml")) {
            assertThat(text(DOCKER.resolve("compose.yaml"))).contains("./" + file + ":");
        }
    }
}
