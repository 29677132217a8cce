package dev.caravan.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.access.AccessKey;
import dev.caravan.access.KeyForm;
import dev.caravan.access.KeyLimits;
import dev.caravan.access.KeyStore;
import dev.caravan.access.KeyText;
import dev.caravan.error.RequestException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code keys add}, {@code keys list}, {@code keys revoke}: also while gateways run on the same database. */
final class KeyCommand {

    private static final String USAGE = """
            java -jar caravan.jar keys add --name NAME [options]    makes a key and prints it, this once
                --user USER            whose usage it is; without it each request says so itself
                --models A,B           the models it may ask for; all
                --rpm N  --tpm N       requests and tokens a minute; no limit
                --budget-day USD  --budget-month USD    of a UTC day and month; no limit
                --expires 2027-01-31   the first day on which it is not valid any more (UTC), or a time; never
                --admin                may see everybody's usage and manage keys
            java -jar caravan.jar keys list                         all keys, without the keys themselves
            java -jar caravan.jar keys revoke ID                    shuts a key out, within seconds and for ever
            """;

    private static final int FAILED = 2;

    /** Option by field of the form. */
    private static final Map<String, String> OPTIONS = Map.of(
            "name", "--name",
            "user_id", "--user",
            "models", "--models",
            "requests_per_minute", "--rpm",
            "tokens_per_minute", "--tpm",
            "budget_day_usd", "--budget-day",
            "budget_month_usd", "--budget-month",
            "expires_at", "--expires",
            "admin", "--admin");

    private final Supplier<String> databaseUrl;
    private final Clock clock;

    KeyCommand(Supplier<String> databaseUrl, Clock clock) {
        this.databaseUrl = databaseUrl;
        this.clock = clock;
    }

    /** @return the exit code */
    int run(List<String> arguments, PrintStream out, PrintStream err) {
        String word = arguments.isEmpty() ? "--help" : arguments.get(0);
        List<String> rest = arguments.isEmpty() ? List.of() : arguments.subList(1, arguments.size());
        try {
            switch (word) {
                case "add" -> add(rest, out, err);
                case "list" -> list(rest, out);
                case "revoke" -> revoke(rest, out);
                case "--help", "-h", "help" -> out.print(USAGE);
                default -> throw new StartFailure("there is no such word; see keys --help");
            }
            return 0;
        } catch (RequestException e) {
            err.println("Caravan cannot " + word + " the key: " + e.text());
        } catch (SQLException | RuntimeException e) {
            err.println(StartFailure.oneLine("Caravan cannot do keys " + word, e));
        }
        return FAILED;
    }

    private void add(List<String> arguments, PrintStream out, PrintStream err) throws SQLException {
        ObjectNode form = form(arguments);
        KeyText text = KeyText.fresh(new SecureRandom());
        KeyForm check = new KeyForm(model -> true, field -> OPTIONS.getOrDefault(field, field));
        AccessKey key = check.create(text, form, clock.instant());
        try (LedgerDatabase database = open()) {
            store(database).add(key, actor());
        }
        // The key alone on the standard output, so that a script can take it.
        out.println(text.reveal());
        err.println("This is the key " + key.id() + ". It is shown this once and stored nowhere: keep it.");
    }

    private void list(List<String> arguments, PrintStream out) throws SQLException {
        if (!arguments.isEmpty()) {
            throw new StartFailure("list takes no more words");
        }
        try (LedgerDatabase database = open()) {
            out.println("ID            STATE    ADMIN  USER  NAME  LIMITS  MODELS");
            for (AccessKey key : store(database).all()) {
                out.println(String.join(
                        "  ",
                        List.of(
                                key.id(),
                                String.format("%-7s", state(key)),
                                key.admin() ? "admin" : "-    ",
                                key.userId() == null ? "-" : key.userId(),
                                key.name(),
                                limits(key.limits()),
                                key.models().isEmpty() ? "all" : String.join(",", key.models()))));
            }
        }
    }

    private void revoke(List<String> arguments, PrintStream out) throws SQLException {
        if (arguments.size() != 1) {
            throw new StartFailure("revoke needs the id of one key; keys list shows them");
        }
        try (LedgerDatabase database = open()) {
            out.println("revoked "
                    + store(database).revoke(arguments.get(0), actor()).id());
        }
    }

    private static ObjectNode form(List<String> arguments) {
        ObjectNode form = JsonNodeFactory.withExactBigDecimals(true).objectNode();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            int equals = argument.indexOf('=');
            String option = equals < 0 ? argument : argument.substring(0, equals);
            String field = OPTIONS.entrySet().stream()
                    .filter(entry -> entry.getValue().equals(option))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElseThrow(() -> new StartFailure("there is no option " + option + "; see keys --help"));
            if (form.has(field)) {
                throw new StartFailure(option + " must be given once");
            }
            if (field.equals("admin") && equals < 0) {
                form.put(field, true);
                continue;
            }
            if (equals < 0 && i + 1 == arguments.size()) {
                throw new StartFailure(option + " needs a value");
            }
            fill(form, field, equals < 0 ? arguments.get(++i) : argument.substring(equals + 1));
        }
        return form;
    }

    private static void fill(ObjectNode form, String field, String value) {
        switch (field) {
            case "models" -> {
                ArrayNode models = form.putArray(field);
                for (String model : value.split(",", -1)) {
                    models.add(model.strip());
                }
            }
            case "name", "user_id", "expires_at" -> form.put(field, value);
            default -> number(form, field, value);
        }
    }

    private static void number(ObjectNode form, String field, String value) {
        if (value.matches("-?[0-9]{1,18}")) {
            form.put(field, Long.parseLong(value));
            return;
        }
        try {
            form.put(field, new BigDecimal(value));
        } catch (NumberFormatException e) {
            // The form says what it must be.
            form.put(field, value);
        }
    }

    private LedgerDatabase open() {
        return new LedgerDatabase(databaseUrl.get());
    }

    private KeyStore store(LedgerDatabase database) {
        return new KeyStore(database.writer(), database.reader(), clock);
    }

    private static String actor() {
        return "command line, " + System.getProperty("user.name", "somebody");
    }

    private String state(AccessKey key) {
        return key.isRevoked() ? "revoked" : key.isExpired(clock.instant()) ? "expired" : "valid";
    }

    private static String limits(KeyLimits limits) {
        List<String> parts = new ArrayList<>();
        put(parts, limits.requestsPerMinute(), 0, " rpm");
        put(parts, limits.tokensPerMinute(), 0, " tpm");
        put(parts, limits.dayMicros(), 6, " USD/day");
        put(parts, limits.monthMicros(), 6, " USD/month");
        return parts.isEmpty() ? "none" : String.join(", ", parts);
    }

    private static void put(List<String> parts, @Nullable Long value, int scale, String unit) {
        if (value != null) {
            parts.add(BigDecimal.valueOf(value, scale).stripTrailingZeros().toPlainString() + unit);
        }
    }
}
