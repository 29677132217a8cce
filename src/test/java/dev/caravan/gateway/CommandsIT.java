package dev.caravan.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the packaged jar: processes of their own, with what they print and how they exit. */
class CommandsIT {

    private static final String CHAT = "{\"model\":\"demo\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

    @TempDir
    Path folder;

    private RunningProgram program;

    @BeforeEach
    void layOut() {
        program = new RunningProgram(folder.resolve("home"));
    }

    @AfterEach
    void end() {
        program.close();
    }

    @Test
    void audit_proves_and_rebuild_mends_the_ledger_of_a_stopped_gateway() throws Exception {
        // The settings are those of the gateway, .env included.
        Files.writeString(program.home().resolve(".env"), "USAGE_DB_URL=jdbc:sqlite:data/bill.db\n");
        Process gateway = program.start();
        for (int i = 0; i < 3; i++) {
            ask();
        }
        JsonNode running = command(0, "audit");
        assertThat(running.get("rows").intValue()).isEqualTo(3);
        gateway.destroy();
        assertThat(gateway.waitFor(20, TimeUnit.SECONDS)).isTrue();

        JsonNode sound = command(0, "audit");
        assertThat(sound.get("sound").booleanValue()).isTrue();
        assertThat(sound.get("opened").intValue()).isEqualTo(3);
        assertThat(sound.get("in_flight").intValue()).isZero();

        tamper("UPDATE daily_usage SET prompt_tokens = 0");
        JsonNode unsound = command(1, "audit");
        assertThat(unsound.at("/differences/0/field").asText()).isEqualTo("prompt_tokens");
        assertThat(unsound.get("differences_total").intValue())
                .as("the day and the month")
                .isEqualTo(2);

        JsonNode rebuilt = command(0, "rebuild");
        assertThat(rebuilt.get("changes_total").intValue())
                .as("the month was right")
                .isEqualTo(1);
        assertThat(rebuilt.at("/changes/0/before").longValue()).isZero();
        assertThat(rebuilt.at("/changes/0/after").longValue())
                .isEqualTo(unsound.at("/differences/0/expected").longValue());
        assertThat(command(0, "audit").get("differences")).isEmpty();
    }

    @Test
    void check_starts_beside_a_running_gateway_and_leaves_nothing() throws Exception {
        Path bill = program.home().resolve("data/bill.db");
        program.variable("USAGE_DB_URL", "jdbc:sqlite:" + bill).start();
        String started = program.printed();
        Process check = program.run("check");
        assertThat(check.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(program.printed()).startsWith("Caravan can start, and its demo model answers\n");
        assertThat(check.exitValue()).isZero();
        assertThat(started).contains("Caravan listens");
        assertThat(command(0, "audit").get("rows").intValue()).as("in the bill").isZero();
    }

    @Test
    void check_says_why_it_cannot_start() throws Exception {
        Files.writeString(program.home().resolve("routes/mine.camel.yaml"), "- route: {id: mine, frm: nowhere}\n");
        Process check = program.run("check");
        assertThat(check.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(check.exitValue()).isEqualTo(1);
        assertThat(program.printed()).contains("Caravan cannot start", "mine.camel.yaml");
    }

    /** As the README says; the newest JDK has another kind of archive with the same purpose. */
    @Test
    void rehearse_makes_the_archive_that_a_start_is_quicker_with() throws Exception {
        boolean aot = Runtime.version().feature() >= 25;
        Path archive = program.home().resolve("caravan.archive");
        String make = (aot ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + archive;
        String use = (aot ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + archive;
        String readme = Files.readString(Path.of("README.md"));
        assertThat(readme).contains(make.substring(0, make.indexOf('=') + 1), use.substring(0, use.indexOf('=') + 1));
        // Nobody listens there: a rehearsal asks the stand-in.
        RunningProgram maker = program.variable("OPENAI_BASE_URL", "http://127.0.0.1:1")
                .variable("OPENAI_API_KEY", "sk-canary")
                .jvm(List.of(make, "-Dorg.sqlite.lib.path=" + folder.resolve("native")));
        assertThat(maker.run("rehearse").waitFor(180, TimeUnit.SECONDS)).isTrue();
        assertThat(maker.printed()).containsPattern("Caravan has rehearsed \\d{2,} calls");
        assertThat(maker.home().resolve("data/usage.db")).doesNotExist();
        assertThat(archive).isRegularFile();
        assertThat(folder.resolve("native")).isDirectoryContaining("glob:**sqlitejdbc*");
        try (RunningProgram user = new RunningProgram(folder.resolve("user"))) {
            Path loaded = folder.resolve("loaded.txt");
            user.jvm(List.of(use, "-Xlog:class+load:file=" + loaded)).start();
            assertThat(Files.readAllLines(loaded).stream()
                            .filter(line -> line.contains("dev.caravan.app.Wiring "))
                            .findFirst())
                    .hasValueSatisfying(line -> assertThat(line).contains("shared objects file"));
        }
    }

    @Test
    void rebuild_and_audit_work_beside_a_running_gateway() throws Exception {
        program.start();
        ask();
        assertThat(command(0, "audit").get("settled").intValue()).isEqualTo(1);
        tamperDefault("DELETE FROM daily_usage");
        assertThat(command(0, "rebuild").get("changes_total").intValue()).isEqualTo(1);
        ask();
        JsonNode report = command(0, "audit");
        assertThat(report.get("rows").intValue()).isEqualTo(2);
        HttpResponse<String> page = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(program.address() + "/api/usage/audit"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(RunningGateway.json(page).get("sound").booleanValue()).isTrue();
    }

    @Test
    void say_in_one_line_what_they_cannot_do() throws Exception {
        assertThat(told(2, "audit")).startsWith("Caravan cannot audit: ").contains("there is no such file");
        assertThat(program.home().resolve("data/usage.db")).doesNotExist();
        assertThat(told(2, "rebuild")).startsWith("Caravan cannot rebuild: ");
        assertThat(told(2, "adit")).isEqualTo("Caravan does not know the word \"adit\", see --help");
        assertThat(told(2, "audit", "now")).contains("one word");
        Files.writeString(program.home().resolve("data/usage.db"), "my diary, ".repeat(500));
        assertThat(told(2, "audit")).contains("not a database");
        program.variable("USAGE_DB_URL", "jdbc:postgresql://127.0.0.1:1/ledger?user=u&password=canary-of-the-database");
        assertThat(told(2, "audit")).contains("refused").doesNotContain("canary");
    }

    @Test
    void help_names_each_word() throws Exception {
        Process process = program.run("--help");
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(program.printed()).contains("caravan.jar audit", "caravan.jar rebuild", "exit 0");
    }

    /** Waits for the answer, and until it is in the ledger. */
    private void ask() throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create(program.address() + "/api/chat/completions"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(CHAT))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        HttpResponse<String> usage = client.send(
                HttpRequest.newBuilder(URI.create(program.address() + "/api/usage/summary"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(usage.statusCode()).isEqualTo(200);
    }

    private JsonNode command(int exit, String... words) throws Exception {
        return RunningGateway.JSON.readTree(told(exit, words));
    }

    private String told(int exit, String... words) throws Exception {
        Path log = program.home().resolve("log.txt");
        Process process = program.run(words);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String said = Files.readString(log);
        assertThat(process.exitValue()).as(said).isEqualTo(exit);
        assertThat(said.strip().lines()).as(said).hasSize(1);
        assertThat(said).doesNotContain("Exception", "\tat ");
        return said.strip();
    }

    private void tamper(String sql) throws Exception {
        tamper("data/bill.db", sql);
    }

    private void tamperDefault(String sql) throws Exception {
        tamper("data/usage.db", sql);
    }

    private void tamper(String file, String sql) throws Exception {
        try (Connection ledger = DriverManager.getConnection(
                        "jdbc:sqlite:" + program.home().resolve(file));
                Statement statement = ledger.createStatement()) {
            assertThat(statement.executeUpdate(sql)).isPositive();
        }
    }
}
