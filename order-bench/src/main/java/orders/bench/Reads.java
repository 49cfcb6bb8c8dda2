package orders.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/// Reads at a fixed rate, each counted from the moment at which it should have started. A read that
/// is not answered with 200 ends the benchmark.
final class Reads {

    private static final int PAGE_SIZE = 50;
    private static final String PAGE = "/orders?limit=" + PAGE_SIZE;
    private static final int LARGEST_PAGE = 200;

    private final Vertx vertx;
    private final SystemUnderTest system;
    private final HttpClient http;
    private final Random random = new Random(1);

    Reads(Vertx vertx, SystemUnderTest system) {
        this.vertx = vertx;
        this.system = system;
        this.http = HttpLoad.client(vertx, system.queryUri());
    }

    /// What order-details answers, by its description, while the [History] has so many orders.
    Map<String, Supplier<String>> details(int orders) {
        return Map.of("an order", () -> "/orders/" + History.orderId(random.nextInt(orders)));
    }

    /// What order-summaries answers.
    Map<String, Supplier<String>> summaries(int orders) {
        String middle = cursorAfter(orders / 2);
        Map<String, Supplier<String>> kinds = new LinkedHashMap<>();
        kinds.put("first page", () -> PAGE);
        kinds.put("page in the middle", () -> PAGE + middle);
        kinds.put(
                "page of a customer",
                () -> PAGE + "&customerId=" + History.customerId(random.nextInt(orders)));
        kinds.put("page by status and change", () -> PAGE + "&status=PAID&sort=-updatedAt");
        kinds.values().forEach(page -> requireFull(page.get()));
        return kinds;
    }

    Latency openLoop(int rate, Duration time, Supplier<String> path) {
        Latency latency = new Latency();
        CompletableFuture<Void> end = new CompletableFuture<>();
        vertx.runOnContext(_ -> {
            long start = System.nanoTime();
            Pace pace = new Pace(start, rate);
            long reads = pace.startedBefore(start + time.toNanos());
            OpenLoop.run(
                            vertx,
                            pace,
                            index -> index < reads,
                            index -> read(path.get(), pace.due(index), latency))
                    .onSuccess(end::complete)
                    .onFailure(end::completeExceptionally);
        });
        end.join();
        return latency;
    }

    private Future<Void> read(String path, long due, Latency latency) {
        return http.request(HttpMethod.GET, path)
                .compose(request -> request.send())
                .compose(answer ->
                        answer.body()
                                .map(body -> {
                                    if (answer.statusCode() != 200) {
                                        throw new IllegalStateException(path + " answered " + body);
                                    }
                                    latency.record(System.nanoTime() - due);
                                    return null;
                                }));
    }

    /// A page of few orders would be a yardstick for nothing.
    private void requireFull(String page) {
        int orders = system.read(page).getJsonArray("items").size();
        if (orders != PAGE_SIZE) {
            throw new IllegalStateException(page + " has " + orders + " orders");
        }
    }

    private String cursorAfter(int orders) {
        String cursor = "";
        for (int passed = 0; passed < orders; passed += LARGEST_PAGE) {
            JsonObject page = system.read("/orders?limit=" + LARGEST_PAGE + cursor);
            cursor = "&cursor=" + page.getString("nextCursor");
        }
        return cursor;
    }
}
