package dev.caravan.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a {@code .env} file: {@code NAME=value} lines, {@code #} comments, an optional {@code export}, optional quotes.
 * Nothing is expanded: a value with a dollar sign is that value.
 */
final class DotEnv {

    private static final String LINE = "\\s*(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)\\s*=\\s*(.*?)\\s*";

    private DotEnv() {}

    /**
     * The file's variables; none where there is no file.
     *
     * @throws StartFailure naming the line, never its content, which may be a key
     */
    static Map<String, String> read(Path file) {
        Map<String, String> variables = new LinkedHashMap<>();
        if (!Files.exists(file)) {
            return variables;
        }
        // Here, because most gateways have no such file, and the pattern is a hundredth of their start.
        Pattern form = Pattern.compile(LINE);
        int number = 0;
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                number++;
                if (line.isBlank() || line.strip().startsWith("#")) {
                    continue;
                }
                Matcher matcher = form.matcher(line);
                if (!matcher.matches()) {
                    throw new StartFailure(file + ": line " + number + " is not NAME=value");
                }
                variables.put(matcher.group(1), unquote(matcher.group(2)));
            }
        } catch (IOException e) {
            throw new StartFailure(file + " cannot be read: it must be a text file in UTF-8", e);
        }
        return variables;
    }

    private static String unquote(String value) {
        if (value.length() >= 2) {
            char first = value.charAt(0);
            if ((first == '"' || first == '\'') && value.charAt(value.length() - 1) == first) {
                return value.substring(1, value.length() - 1);
            }
        }
        int comment = value.indexOf(" #");
        return comment < 0 ? value : value.substring(0, comment).strip();
    }
}
