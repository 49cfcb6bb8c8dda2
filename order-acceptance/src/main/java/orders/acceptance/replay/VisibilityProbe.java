package orders.acceptance.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/// Measures the time from the 202 of an order's creation until a plain read shows it, in both read
/// models, by asking again and again. What it measures includes the round trip of the read that saw
/// the order and the pause before it, so the truth is a little lower.
///
/// Asking costs the machine time, so only as many orders are watched at once as there are places;
/// the others pass unmeasured.
final class VisibilityProbe implements FeedListener, AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PLACES = 2;
    private static final Duration PAUSE = Duration.ofMillis(1);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final URI queryService;
    private final Watched details = new Watched();
    private final Watched summaries = new Watched();

    VisibilityProbe(URI queryService) {
        this.queryService = queryService;
    }

    @Override
    public void created(String orderId, String customerId) {
        long acknowledged = System.nanoTime();
        watch(details, acknowledged, "/orders/" + orderId, answer -> showsVersion(answer));
        watch(
                summaries,
                acknowledged,
                "/customers/" + customerId + "/orders",
                answer -> lists(answer, orderId));
    }

    /// Until `GET /orders/{orderId}` shows it.
    Latencies details() {
        return details.latencies;
    }

    /// Until `GET /customers/{customerId}/orders` shows it.
    Latencies summaries() {
        return summaries.latencies;
    }

    /// Orders that were watched and not seen.
    long neverSeen() {
        return details.neverSeen.sum() + summaries.neverSeen.sum();
    }

    /// Waits for the orders that are being watched.
    @Override
    public void close() {
        threads.close();
    }

    private void watch(Watched model, long acknowledged, String path, Sight sight) {
        if (model.places.tryAcquire()) {
            threads.execute(() -> watchInTurn(model, acknowledged, path, sight));
        }
    }

    private void watchInTurn(Watched model, long acknowledged, String path, Sight sight) {
        try {
            while (!isSeen(path, sight)) {
                if (System.nanoTime() - acknowledged > PATIENCE.toNanos()) {
                    model.neverSeen.increment();
                    return;
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
            model.latencies.add(Duration.ofNanos(System.nanoTime() - acknowledged));
        } catch (IOException away) {
            model.neverSeen.increment();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            model.places.release();
        }
    }

    private boolean isSeen(String path, Sight sight) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(queryService + path)).build();
        HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
        return response.statusCode() == 200 && sight.isIn(JSON.readTree(response.body()));
    }

    private static boolean showsVersion(JsonNode detail) {
        return detail.path("version").asLong() >= 1;
    }

    private static boolean lists(JsonNode page, String orderId) {
        for (JsonNode summary : page.path("items")) {
            if (summary.path("orderId").asText().equals(orderId)) {
                return true;
            }
        }
        return false;
    }

    private interface Sight {
        boolean isIn(JsonNode answer);
    }

    private static final class Watched {
        private final Semaphore places = new Semaphore(PLACES);
        private final Latencies latencies = new Latencies();
        private final LongAdder neverSeen = new LongAdder();
    }
}
