package orders.bench;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;

/// A server that keeps daily-order-stats, asked as bare as it can be.
enum StatsServer {
    POSTGRESQL,
    CLICKHOUSE;

    private static final String QUESTION =
            """
            select date, currency, status, count(*) as orders, sum(total) as total from %s \
            where is_submitted and date between '%s' and '%s' group by date, currency, status\
            """;

    private static final String TABLE = "daily_order_stats";

    /// The value of the setting `STATS_STORE`.
    String setting() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// How long the statistics take, one after the other, when only they are asked for.
    Latency bare(SystemUnderTest system, String from, String to, Duration time)
            throws SQLException, IOException, InterruptedException {
        return switch (this) {
            case POSTGRESQL -> byJdbc(system, QUESTION.formatted(TABLE, from, to), time);
            case CLICKHOUSE -> {
                int generation = system.projection("daily-order-stats").getInteger("generation");
                String table = "%s_g%d final".formatted(TABLE, generation);
                yield byHttp(
                        system.clickHouse().orElseThrow(),
                        QUESTION.formatted(table, from, to)
                                + " settings do_not_merge_across_partitions_select_final = 1"
                                + " format JSONEachRow",
                        time);
            }
        };
    }

    private static Latency byJdbc(SystemUnderTest system, String question, Duration time)
            throws SQLException {
        Latency latency = new Latency();
        try (Connection database = system.readDatabase();
                Statement statement = database.createStatement()) {
            long end = System.nanoTime() + time.toNanos();
            while (System.nanoTime() < end) {
                long start = System.nanoTime();
                try (ResultSet rows = statement.executeQuery(question)) {
                    while (rows.next()) {
                        rows.getBigDecimal("total");
                    }
                }
                latency.record(System.nanoTime() - start);
            }
        }
        return latency;
    }

    private static Latency byHttp(URI server, String question, Duration time)
            throws IOException, InterruptedException {
        Latency latency = new Latency();
        HttpClient http = HttpClient.newHttpClient();
        URI asked =
                server.resolve("/?query=" + URLEncoder.encode(question, StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(asked).POST(BodyPublishers.noBody()).build();
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            long start = System.nanoTime();
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException("ClickHouse answered " + answer.body());
            }
            latency.record(System.nanoTime() - start);
        }
        return latency;
    }
}
