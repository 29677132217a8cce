package dev.caravan.usage;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** One of the program's SQL files, run as camel-sql runs it: {@code :#name} is a named parameter, comment lines are left out. */
final class NamedSql {

    private static final Pattern PARAMETER = Pattern.compile(":#(\\w+)");

    private final String sql;
    private final List<String> names;

    private NamedSql(String text) {
        this.names =
                PARAMETER.matcher(text).results().map(match -> match.group(1)).toList();
        this.sql = PARAMETER.matcher(text).replaceAll("?");
    }

    static NamedSql of(String file) {
        try (InputStream in = NamedSql.class.getResourceAsStream("/sql/" + file)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new NamedSql(
                    text.lines().filter(line -> !line.strip().startsWith("--")).collect(joining("\n")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String sql() {
        return sql;
    }

    /** How many rows the statements changed, all together. */
    int batch(Connection connection, List<Map<String, Object>> rows) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (Map<String, Object> row : rows) {
                set(statement, row);
                statement.addBatch();
            }
            return Arrays.stream(statement.executeBatch()).sum();
        }
    }

    List<Map<String, Object>> query(Connection connection, Map<String, Object> parameters) throws SQLException {
        return query(connection, sql, parameters);
    }

    List<String> plan(Connection connection, Map<String, Object> parameters) throws SQLException {
        return query(connection, "EXPLAIN QUERY PLAN " + sql, parameters).stream()
                .map(row -> row.get("detail").toString())
                .toList();
    }

    private List<Map<String, Object>> query(Connection connection, String text, Map<String, Object> parameters)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(text)) {
            set(statement, parameters);
            List<Map<String, Object>> rows = new ArrayList<>();
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    Map<String, Object> row = new LinkedHashMap<>();
                    for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                        row.put(result.getMetaData().getColumnLabel(i), result.getObject(i));
                    }
                    rows.add(row);
                }
            }
            return rows;
        }
    }

    private void set(PreparedStatement statement, Map<String, Object> parameters) throws SQLException {
        for (int i = 0; i < names.size(); i++) {
            if (!parameters.containsKey(names.get(i))) {
                throw new IllegalArgumentException("no parameter " + names.get(i));
            }
            statement.setObject(i + 1, parameters.get(names.get(i)));
        }
    }
}
