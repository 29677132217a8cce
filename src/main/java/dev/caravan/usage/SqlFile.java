package dev.caravan.usage;

import static java.util.stream.Collectors.joining;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One of the program's SQL files for a database that no route knows: {@code :#name} is a named parameter, as camel-sql reads
 * it, so that an archive is asked by the very statement that the ledger is asked by. Immutable.
 */
final class SqlFile {

    private static final Pattern PARAMETER = Pattern.compile(":#(\\w+)");

    private final String sql;
    private final List<String> names;

    /** @param file the name of a file under {@code sql/} */
    SqlFile(String file) {
        String text = ProgramFile.read("sql/" + file)
                .lines()
                .filter(line -> !line.strip().startsWith("--"))
                .collect(joining("\n"));
        names = PARAMETER.matcher(text).results().map(match -> match.group(1)).toList();
        sql = PARAMETER.matcher(text).replaceAll("?");
    }

    /** @throws IllegalArgumentException where a parameter of the statement is not among those given */
    PreparedStatement prepare(Connection connection, Map<String, ? extends @Nullable Object> parameters)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            for (int i = 0; i < names.size(); i++) {
                if (!parameters.containsKey(names.get(i))) {
                    throw new IllegalArgumentException("no parameter " + names.get(i));
                }
                statement.setObject(i + 1, parameters.get(names.get(i)));
            }
            return statement;
        } catch (SQLException | IllegalArgumentException e) {
            statement.close();
            throw e;
        }
    }

    /** All rows, each a map by column name, as camel-sql gives them. */
    List<Map<String, Object>> query(Connection connection, Map<String, ? extends @Nullable Object> parameters)
            throws SQLException {
        try (PreparedStatement statement = prepare(connection, parameters);
                ResultSet result = statement.executeQuery()) {
            ResultSetMetaData columns = result.getMetaData();
            List<Map<String, Object>> rows = new ArrayList<>();
            while (result.next()) {
                Map<String, Object> row = new LinkedHashMap<>();
                for (int i = 1; i <= columns.getColumnCount(); i++) {
                    row.put(columns.getColumnLabel(i), result.getObject(i));
                }
                rows.add(row);
            }
            return rows;
        }
    }
}
