package dev.caravan.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.route.Environment;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.springframework.util.FileSystemUtils;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * Starts the gateway of this folder as {@link CheckCommand} does, and calls it for some seconds by every provider's route, plain and
 * as a stream, with a stand-in in the place of the providers. A JVM that writes an archive of what it has loaded has then loaded all that
 * calls need. No provider is called and no ledger is touched.
 */
final class RehearseCommand {

    private static final int WRONG = 1;
    private static final int CALLERS = 16;
    private static final Duration TIME = Duration.ofSeconds(3);
    private static final String[] WAYS = {"/v1/chat/completions", "/api/chat/completions", "/v1/messages"};

    /** Whom the stand-in stands in for, and the one that needs nobody; any other provider would be a real one. */
    private static final Set<String> PROVIDERS = Set.of("openai", "anthropic", "google", "demo");

    /** Each base URL that is the stand-in's, with the path that its setting has. */
    private static final Map<String, String> BASE_URLS =
            Map.of("openai.base-url", "/v1", "anthropic.base-url", "", "google.base-url", "");

    private static final List<String> KEYS = List.of("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY");

    private final Map<String, String> variables;
    private final Path propertiesFile;

    /** @param variables of the process; its keys are left out */
    RehearseCommand(Map<String, String> variables, Path propertiesFile) {
        this.variables = new HashMap<>(variables);
        KEYS.forEach(name -> this.variables.put(name, "rehearsal"));
        this.propertiesFile = propertiesFile;
    }

    /** @return the exit code: 0, or 1 and one line that says what was wrong */
    int run(PrintStream out, PrintStream err) {
        // The log's lines are part of a call, and nobody's business here.
        System.setOut(new PrintStream(OutputStream.nullOutputStream()));
        try (StandInProvider standIn = new StandInProvider()) {
            Path scratch = Files.createTempDirectory("caravan-rehearsal");
            try {
                Properties own = CheckCommand.apart(scratch);
                BASE_URLS.forEach((setting, path) -> own.setProperty(setting, standIn.address() + path));
                keepLibrary();
                // What only a start from the command line reads.
                DotEnv.read(scratch.resolve(".env"));
                out.println("Caravan has rehearsed " + rehearse(own) + " calls");
                return 0;
            } finally {
                FileSystemUtils.deleteRecursively(scratch.toFile());
            }
        } catch (Exception | LinkageError e) {
            err.println(StartFailure.oneLine(e));
            return WRONG;
        }
    }

    private long rehearse(Properties own) throws Exception {
        Gateway gateway = new Gateway(new Environment(Map.of(), variables), propertiesFile, own);
        gateway.start();
        gateway.screen();
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        try {
            String address = "http://127.0.0.1:" + gateway.port();
            List<String> models = models(address);
            long end = System.nanoTime() + TIME.toNanos();
            List<Future<Long>> counts = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                int first = i;
                counts.add(callers.submit(() -> call(address, models, first, end)));
            }
            long calls = 0;
            for (Future<Long> count : counts) {
                calls += count.get();
            }
            return calls;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : e;
        } finally {
            callers.shutdownNow();
            gateway.stop();
        }
    }

    /**
     * Keeps SQLite's library for this machine where the JVM was told to look for it. Without it every start writes it anew into the
     * temporary folder and compares it byte by byte.
     */
    private static void keepLibrary() throws IOException {
        String folder = System.getProperty("org.sqlite.lib.path");
        if (folder == null) {
            return;
        }
        String name = LibraryLoaderUtil.getNativeLibName();
        String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
        try (InputStream library = LibraryLoaderUtil.class.getResourceAsStream(resource)) {
            if (library != null) {
                Path kept = Files.createDirectories(Path.of(folder)).resolve(name);
                Path written = kept.resolveSibling(name + ".new");
                Files.copy(library, written, StandardCopyOption.REPLACE_EXISTING);
                // At once, because a gateway may be running with the old one.
                Files.move(written, kept, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** One of each provider. */
    private static List<String> models(String address) throws IOException {
        JsonNode all =
                new ObjectMapper().readTree(URI.create(address + "/api/models").toURL());
        Map<String, String> models = new LinkedHashMap<>();
        for (JsonNode model : all.path("models")) {
            String provider = model.path("provider").asText();
            if (PROVIDERS.contains(provider)) {
                models.putIfAbsent(provider, model.path("id").asText());
            }
        }
        return List.copyOf(models.values());
    }

    private static long call(String address, List<String> models, int first, long end) throws IOException {
        long calls = 0;
        for (int i = first; end - System.nanoTime() > 0; i++) {
            String model = models.get(i % models.size());
            String way = WAYS[i / models.size() % WAYS.length];
            boolean stream = i % 5 == 4;
            int status = post(address + way, """
                    {"model":"%s","max_tokens":60,"stream":%s,"messages":[{"role":"user","content":"How fast is a caravan?"},\
                    {"role":"assistant","content":"As fast as its slowest camel."},\
                    {"role":"user","content":"And what does it bring? Tell it in a few words, \\"spices\\" and all."}]}""".formatted(model, stream));
            if (status != HttpURLConnection.HTTP_OK) {
                throw new IOException(model + " answers " + status + " at " + way);
            }
            calls++;
        }
        return calls;
    }

    /** Reads the whole answer, and gives its status. */
    static int post(String uri, String body) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(uri).toURL().openConnection();
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setDoOutput(true);
        connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        int status = connection.getResponseCode();
        if (status == HttpURLConnection.HTTP_OK) {
            connection.getInputStream().readAllBytes();
        }
        return status;
    }
}
