package orders.query.readmodel.stats;

import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.core.http.HttpClient;
import io.vertx.mutiny.core.http.HttpClientResponse;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// ClickHouse by its HTTP interface; no thread waits. Values travel as its own parameters or as
/// rows of JSON, never inside a statement. What it refuses fails with [ClickHouseFailure], what
/// does not reach it with an `IOException` or a failure of Vert.x.
@ApplicationScoped
public class ClickHouse {

    /// The setting without which there is none.
    public static final String SETTING = "CLICKHOUSE_URL";

    private static final int CONNECT_MILLIS = 2_000;
    private static final int ANSWER_MILLIS = 30_000;
    private static final int CONNECTIONS = 20;

    /// Less than servers keep a connection that nobody uses.
    private static final int KEEP_ALIVE_SECONDS = 5;

    /// A row is there when the insert is answered, however many months it touches, and a missing
    /// value is an error.
    private static final String AS_ROWS_IN =
            """
             settings async_insert = 0, max_partitions_per_insert_block = 0, \
            input_format_null_as_default = 0, date_time_input_format = 'best_effort' \
            format JSONEachRow\
            """;

    /// No row moves to another partition, so `final` looks at each by itself.
    private static final String AS_ROWS_OUT =
            """
             settings output_format_json_quote_64bit_integers = 0, \
            output_format_json_quote_decimals = 1, date_time_output_format = 'iso', \
            do_not_merge_across_partitions_select_final = 1 \
            format JSONEachRow\
            """;

    private final HttpClient http;
    private final Optional<String> url;
    private final Map<String, String> headers = new LinkedHashMap<>();

    ClickHouse(
            Vertx vertx,
            @ConfigProperty(name = "clickhouse.url") Optional<String> url,
            @ConfigProperty(name = "clickhouse.database", defaultValue = "default") String database,
            @ConfigProperty(name = "clickhouse.username") Optional<String> username,
            @ConfigProperty(name = "clickhouse.password") Optional<String> password) {
        this.http =
                vertx.createHttpClient(
                        new HttpClientOptions()
                                .setMetricsName("http|clickhouse")
                                .setConnectTimeout(CONNECT_MILLIS)
                                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS),
                        new PoolOptions().setHttp1MaxSize(CONNECTIONS));
        this.url = url;
        headers.put("X-ClickHouse-Database", database);
        username.ifPresent(name -> headers.put("X-ClickHouse-User", name));
        password.ifPresent(secret -> headers.put("X-ClickHouse-Key", secret));
    }

    /// Whether there is one.
    public boolean isConfigured() {
        return url.isPresent();
    }

    /// The rows that a question finds.
    ///
    /// @param select without settings and format
    /// @param parameters values of its `{name:Type}`, as ClickHouse writes them
    public Uni<List<JsonObject>> select(String select, Map<String, String> parameters) {
        return send(select + AS_ROWS_OUT, parameters, Buffer.buffer())
                .map(body -> body.toString().lines().map(JsonObject::new).toList());
    }

    /// Adds rows to a table, all or none of those of a partition.
    public Uni<Void> insert(String table, Collection<JsonObject> rows) {
        return rows.isEmpty()
                ? Uni.createFrom().voidItem()
                : send(
                                "insert into " + table + AS_ROWS_IN,
                                Map.of(),
                                Buffer.buffer(
                                        rows.stream()
                                                .map(JsonObject::encode)
                                                .collect(Collectors.joining("\n"))))
                        .replaceWithVoid();
    }

    /// Does what a statement says.
    public Uni<Void> run(String statement) {
        return send(statement, Map.of(), Buffer.buffer()).replaceWithVoid();
    }

    /// Errors come with their status because nothing is answered before the end of a query.
    private Uni<Buffer> send(String query, Map<String, String> parameters, Buffer body) {
        String address =
                Stream.concat(
                                Stream.of("wait_end_of_query=1", "query=" + encoded(query)),
                                parameters.entrySet().stream()
                                        .map(each ->
                                                "param_%s=%s"
                                                        .formatted(
                                                                each.getKey(),
                                                                encoded(each.getValue()))))
                        .collect(
                                Collectors.joining(
                                        "&", url.orElseThrow().replaceAll("/+$", "") + "/?", ""));
        var request =
                new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setAbsoluteURI(address)
                        .setIdleTimeout(ANSWER_MILLIS);
        headers.forEach(request::putHeader);
        return http.request(request).chain(sent -> sent.send(body)).chain(ClickHouse::answer);
    }

    private static Uni<Buffer> answer(HttpClientResponse response) {
        return response.body()
                .invoke(body -> {
                    if (response.statusCode() != 200) {
                        throw new ClickHouseFailure(
                                response.statusCode(),
                                response.getHeader("X-ClickHouse-Exception-Code"),
                                body.toString());
                    }
                });
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @PreDestroy
    void close() {
        http.close().subscribe().with(_ -> {}, _ -> {});
    }
}
