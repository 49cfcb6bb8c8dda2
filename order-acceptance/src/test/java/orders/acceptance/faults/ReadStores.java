package orders.acceptance.faults;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import orders.acceptance.faults.ReadModelsCheck.ReadModel;
import org.apache.kafka.common.TopicPartition;
import org.postgresql.util.PSQLState;

/// The stores of order-query, from behind. Checkpoints are read before the rows, so rows may be
/// ahead of them also while events are applied.
final class ReadStores {

    private static final String CHECKPOINTS =
            """
            select topic, partition, next_offset
            from checkpoints c join projections p on p.name = c.projection and p.generation = c.generation
            where p.name = ?
            """;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration SOON = Duration.ofMinutes(1);

    /// As many details as an answer of the server may hold.
    private static final int BATCH = 1000;

    private static final List<String> TIMES = List.of("createdAt", "updatedAt");
    private static final String SUMMARIES = "select * from order_summaries";
    private static final String STATS =
            """
            select order_id, date::text, currency, total, status, is_submitted, version
            from daily_order_stats
            """;

    /// Of an event that was discarded there is only its version.
    private static final String TIMELINE =
            """
            select order_id, max(version) as version,
                string_agg(type, ' ' order by version) as types,
                md5(string_agg(data::text, '' order by version)) as data
            from order_timeline group by order_id
            """;

    /// The one that every batch locks first is locked first here too, or each would wait for the
    /// other.
    private static final String POSTGRES_TABLES =
            """
            select string_agg(quote_ident(tablename), ', ' order by tablename <> 'projections')
            from pg_tables
            where schemaname = current_schema()
                and tablename not in ('flyway_schema_history', 'discarded_events')
            """;

    private static final String CLICKHOUSE_GENERATION =
            "select generation from projections where name = 'daily-order-stats@clickhouse'";

    /// Without the row of the marker.
    private static final String CLICKHOUSE_STATS =
            """
            select order_id, toString(date) as date, currency, total, status, is_submitted, version
            from daily_order_stats_g{live} final where order_id != '#generation'
            """;

    private final Map<String, String> environment;

    /// @param environment what order-query is told of its stores
    ReadStores(Map<String, String> environment) {
        this.environment = environment;
    }

    /// `order-summaries` in PostgreSQL.
    ReadModel summaries() {
        return inPostgres("order-summaries", SUMMARIES);
    }

    /// `order-timeline` in PostgreSQL: the events of an order together.
    ReadModel timeline() {
        return inPostgres("order-timeline", TIMELINE);
    }

    /// `daily-order-stats` in PostgreSQL, or in ClickHouse.
    ReadModel stats() {
        return "clickhouse".equals(environment.get("STATS_STORE"))
                ? statsInClickHouse()
                : inPostgres("daily-order-stats", STATS);
    }

    /// Of the generation that is live, the newest version of each row.
    private ReadModel statsInClickHouse() {
        try (Connection connection = connect();
                PreparedStatement live = connection.prepareStatement(CLICKHOUSE_GENERATION);
                ResultSet found = live.executeQuery()) {
            found.next();
            String generation = found.getString(1);
            Map<TopicPartition, Long> checkpoints =
                    checkpoints(connection, "daily-order-stats@clickhouse");
            Map<String, Map<String, Object>> rows = new HashMap<>();
            for (JsonNode row : select(CLICKHOUSE_STATS, generation)) {
                Map<String, Object> fields = JSON.convertValue(row, new TypeReference<>() {});
                // ClickHouse leaves out zeros at the end.
                fields.computeIfPresent(
                        "total", (_, total) -> new BigDecimal((String) total).setScale(2));
                rows.put((String) fields.remove("order_id"), plain(fields));
            }
            return new ReadModel(rows, checkpoints);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private List<JsonNode> select(String statement, String generation) {
        String query =
                statement.replace("{live}", generation)
                        + " settings output_format_json_quote_64bit_integers = 0,"
                        + " output_format_json_quote_decimals = 1 format JSONEachRow";
        return inClickHouse(query).lines().map(ReadStores::json).toList();
    }

    private String inClickHouse(String query) {
        return send(
                HttpRequest.newBuilder(
                                URI.create(
                                        environment.get("CLICKHOUSE_URL")
                                                + "/?query="
                                                + URLEncoder.encode(query, StandardCharsets.UTF_8)))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build());
    }

    private ReadModel inPostgres(String projection, String select) {
        try (Connection connection = connect();
                PreparedStatement shown = connection.prepareStatement(select)) {
            Map<TopicPartition, Long> checkpoints = checkpoints(connection, projection);
            Map<String, Map<String, Object>> rows = new HashMap<>();
            try (ResultSet found = shown.executeQuery()) {
                while (found.next()) {
                    rows.put(found.getString("order_id"), row(found));
                }
            }
            return new ReadModel(rows, checkpoints);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static Map<TopicPartition, Long> checkpoints(Connection connection, String projection)
            throws SQLException {
        try (PreparedStatement reached = connection.prepareStatement(CHECKPOINTS)) {
            reached.setString(1, projection);
            Map<TopicPartition, Long> checkpoints = new HashMap<>();
            try (ResultSet found = reached.executeQuery()) {
                while (found.next()) {
                    checkpoints.put(
                            new TopicPartition(found.getString(1), found.getInt(2)),
                            found.getLong(3));
                }
            }
            return checkpoints;
        }
    }

    /// `order-details` in MongoDB, without the document of the marker.
    ReadModel details() {
        try (Connection connection = connect();
                MongoClient client =
                        MongoClients.create(environment.get("QUARKUS_MONGODB_CONNECTION_STRING"))) {
            Map<TopicPartition, Long> checkpoints = checkpoints(connection, "order-details");
            Map<String, Map<String, Object>> rows = new HashMap<>();
            client.getDatabase(environment.get("QUARKUS_MONGODB_DATABASE"))
                    .getCollection("order_details")
                    .find(Filters.ne("_id", "#generation"))
                    .batchSize(BATCH)
                    .forEach(found -> rows.put((String) found.remove("_id"), plain(found)));
            return new ReadModel(rows, checkpoints);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /// `order-search` in Elasticsearch: what a search finds.
    ReadModel search() {
        try (Connection connection = connect()) {
            Map<TopicPartition, Long> checkpoints = checkpoints(connection, "order-search");
            Map<String, Map<String, Object>> rows = new HashMap<>();
            // All but the marker of the generation.
            String page =
                    "\"query\": {\"exists\": {\"field\": \"orderId\"}},"
                            + " \"size\": 5000, \"sort\": [\"orderId\"]";
            String after = "";
            JsonNode hits;
            do {
                hits =
                        ask("/order-search/_search", "{" + page + after + "}")
                                .path("hits")
                                .path("hits");
                for (JsonNode hit : hits) {
                    Map<String, Object> fields =
                            JSON.convertValue(hit.path("_source"), new TypeReference<>() {});
                    fields.remove("orderId");
                    TIMES.forEach(
                            time -> fields.put(time, Instant.parse((String) fields.get(time))));
                    rows.put(hit.path("_id").textValue(), plain(fields));
                    after = ", \"search_after\": [\"" + hit.path("_id").textValue() + "\"]";
                }
            } while (!hits.isEmpty());
            return new ReadModel(rows, checkpoints);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /// Deletes every row and offset. What people have discarded they would have to discard again.
    void emptyPostgres() {
        await().atMost(SOON)
                .ignoreExceptionsMatching(ReadStores::isDeadlock)
                .untilAsserted(this::truncate);
    }

    private void truncate() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet tables = statement.executeQuery(POSTGRES_TABLES)) {
            tables.next();
            statement.execute("truncate " + tables.getString(1));
        }
    }

    private static boolean isDeadlock(Throwable failure) {
        return failure instanceof SQLException refused
                && PSQLState.DEADLOCK_DETECTED.getState().equals(refused.getSQLState());
    }

    /// Drops every collection.
    void emptyMongo() {
        try (MongoClient client =
                MongoClients.create(environment.get("QUARKUS_MONGODB_CONNECTION_STRING"))) {
            MongoDatabase database =
                    client.getDatabase(environment.get("QUARKUS_MONGODB_DATABASE"));
            database.listCollectionNames().forEach(name -> database.getCollection(name).drop());
        }
    }

    /// Deletes every index of orders.
    void emptyElasticsearch() {
        List<String> indexes = new ArrayList<>();
        ask("/order-search*/_alias", "").fieldNames().forEachRemaining(indexes::add);
        send(
                HttpRequest.newBuilder(elasticsearch("/" + String.join(",", indexes)))
                        .DELETE()
                        .build());
    }

    /// Deletes every row of the generation that is live.
    void emptyClickHouse() {
        try (Connection connection = connect();
                PreparedStatement live = connection.prepareStatement(CLICKHOUSE_GENERATION);
                ResultSet found = live.executeQuery()) {
            found.next();
            String generation = found.getString(1);
            for (String table : List.of("daily_order_stats", "daily_order_stats_customers")) {
                inClickHouse("truncate table %s_g%s".formatted(table, generation));
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private JsonNode ask(String path, String body) {
        return json(
                send(
                        HttpRequest.newBuilder(elasticsearch(path))
                                .header("Content-Type", "application/json")
                                .method(
                                        body.isEmpty() ? "GET" : "POST",
                                        HttpRequest.BodyPublishers.ofString(body))
                                .build()));
    }

    private static String send(HttpRequest request) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertEquals(200, answer.statusCode(), answer.body());
            return answer.body();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private URI elasticsearch(String path) {
        return URI.create(environment.get("ELASTICSEARCH_URL") + path);
    }

    private static Map<String, Object> row(ResultSet found) throws SQLException {
        Map<String, Object> row = new TreeMap<>();
        for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
            row.put(found.getMetaData().getColumnName(i), found.getObject(i));
        }
        row.remove("order_id");
        return plain(row);
    }

    private static Map<String, Object> plain(Map<?, ?> fields) {
        Map<String, Object> plain = new TreeMap<>();
        fields.forEach((name, value) -> {
            if (value != null) {
                plain.put((String) name, plain(value));
            }
        });
        return plain;
    }

    private static Object plain(Object value) {
        return switch (value) {
            case Date date -> date.toInstant();
            case BigDecimal amount -> amount.toPlainString();
            case Integer number -> number.longValue();
            case Map<?, ?> fields -> plain(fields);
            case List<?> values -> values.stream().map(ReadStores::plain).toList();
            default -> value;
        };
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:" + environment.get("ORDERS_DATABASE_URL"),
                environment.get("ORDERS_DATABASE_USERNAME"),
                environment.get("ORDERS_DATABASE_PASSWORD"));
    }
}
