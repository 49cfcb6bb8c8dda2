package orders.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import orders.bench.ReadLimits.Throughput;

/// Writes the documents of order-search once more, by nothing but `_bulk`: what Elasticsearch can
/// do here.
final class ElasticBulk {

    private static final String INDEX = "bench-bulk";

    /// As many as a rebuild writes at once.
    private static final int AT_ONCE = 10_000;

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI server;

    ElasticBulk(URI server) {
        this.server = server;
    }

    /// Copies the live documents of `index` into one that is set as it is, and lets searches find
    /// them. Reading them does not count.
    Throughput copied(String index) throws IOException, InterruptedException {
        JsonObject mappings =
                only(send("GET", "/" + index + "/_mapping", "")).getJsonObject("mappings");
        send(
                "PUT",
                "/" + INDEX,
                new JsonObject()
                        .put(
                                "settings",
                                JsonObject.of(
                                        "number_of_shards", 1,
                                        "auto_expand_replicas", "0-1",
                                        "refresh_interval", "-1"))
                        .put("mappings", mappings)
                        .encode());
        long documents = 0;
        long nanos = 0;
        JsonObject page =
                send(
                        "POST",
                        "/" + index + "/_search?scroll=1m",
                        JsonObject.of("size", AT_ONCE, "sort", JsonArray.of("_doc")).encode());
        JsonArray hits = hits(page);
        while (!hits.isEmpty()) {
            String bulk = creations(hits);
            long start = System.nanoTime();
            JsonObject answer = send("POST", "/" + INDEX + "/_bulk", bulk);
            nanos += System.nanoTime() - start;
            if (answer.getBoolean("errors")) {
                throw new IllegalStateException("not all documents were written");
            }
            documents += hits.size();
            page =
                    send(
                            "POST",
                            "/_search/scroll",
                            JsonObject.of("scroll", "1m", "scroll_id", page.getString("_scroll_id"))
                                    .encode());
            hits = hits(page);
        }
        long start = System.nanoTime();
        send("POST", "/" + INDEX + "/_refresh", "");
        nanos += System.nanoTime() - start;
        send("DELETE", "/" + INDEX, "");
        return new Throughput(documents, Duration.ofNanos(nanos));
    }

    private static String creations(JsonArray hits) {
        StringBuilder lines = new StringBuilder();
        for (Object hit : hits) {
            JsonObject document = (JsonObject) hit;
            JsonObject target = JsonObject.of("_id", document.getString("_id"));
            lines.append(JsonObject.of("create", target).encode()).append('\n');
            lines.append(document.getJsonObject("_source").encode()).append('\n');
        }
        return lines.toString();
    }

    private static JsonArray hits(JsonObject page) {
        return page.getJsonObject("hits").getJsonArray("hits");
    }

    private static JsonObject only(JsonObject byIndex) {
        return byIndex.getJsonObject(byIndex.fieldNames().iterator().next());
    }

    private JsonObject send(String method, String path, String body)
            throws IOException, InterruptedException {
        HttpResponse<String> answer =
                http.send(
                        HttpRequest.newBuilder(server.resolve(path))
                                .header("Content-Type", "application/json")
                                .method(method, BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(path + " answered " + answer.body());
        }
        return new JsonObject(answer.body());
    }
}
