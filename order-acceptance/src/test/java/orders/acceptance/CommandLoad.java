package orders.acceptance;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Clients that give commands without pause, each to orders of its own, never repeat one, and
/// remember each that they sent and each that was acknowledged.
final class CommandLoad implements AutoCloseable {

    private static final Pattern VERSION = Pattern.compile("\"version\"\\s*:\\s*([0-9]+)");
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(20);

    /// A command that was sent; its correlation id is in no other.
    record Sent(String orderId, String eventType) {}

    /// A command that was answered with 202.
    record Acknowledged(String orderId, long version, String correlationId) {}

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Sent> sent = new ConcurrentHashMap<>();
    private final Queue<Acknowledged> acknowledged = new ConcurrentLinkedQueue<>();
    private final Queue<String> unexpected = new ConcurrentLinkedQueue<>();
    private final URI service;
    private final String prefix;

    private volatile CountDownLatch serviceIsBack = new CountDownLatch(0);
    private volatile boolean isEnding;

    /// @param prefix of all order ids
    CommandLoad(URI service, String prefix) {
        this.service = service;
        this.prefix = prefix;
    }

    void start(int clients) {
        for (int client = 1; client <= clients; client++) {
            String name = prefix + client;
            threads.execute(() -> giveCommands(name));
        }
    }

    /// From now on clients that get no answer wait for [#serviceComesBack].
    void serviceGoesAway() {
        serviceIsBack = new CountDownLatch(1);
    }

    void serviceComesBack() {
        serviceIsBack.countDown();
    }

    /// Sent commands by correlation id.
    Map<String, Sent> sent() {
        return sent;
    }

    Collection<Acknowledged> acknowledged() {
        return acknowledged;
    }

    /// Answers that no client should get, in words.
    List<String> unexpected() {
        return List.copyOf(unexpected);
    }

    /// One more command after the load.
    void cancel(String orderId) throws IOException, InterruptedException {
        send(orderId, "OrderCancelled", "/orders/" + orderId + "/cancel", "{\"reason\":\"end\"}");
    }

    /// Returns when every client has finished the order that it is at.
    @Override
    public void close() {
        isEnding = true;
        threads.close();
    }

    private void giveCommands(String client) {
        for (int number = 1; !isEnding; number++) {
            String orderId = client + "-" + number;
            String order = "/orders/" + orderId;
            String item = "{\"productId\":\"pot\",\"quantity\":1,\"unitPrice\":\"2.50\"}";
            tell(orderId, "OrderCreated", "/orders", Api.twoCups(orderId, prefix + "customer"));
            tell(orderId, "OrderItemAdded", order + "/items", item);
            tell(orderId, "OrderItemAdded", order + "/items", item);
            tell(orderId, "OrderSubmitted", order + "/submit", "{}");
        }
    }

    private void tell(String orderId, String eventType, String path, String json) {
        try {
            send(orderId, eventType, path, json);
        } catch (IOException outcomeUnknown) {
            awaitService();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            unexpected.add("interrupted");
        }
    }

    private void awaitService() {
        try {
            serviceIsBack.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            unexpected.add("interrupted");
        }
    }

    private void send(String orderId, String eventType, String path, String json)
            throws IOException, InterruptedException {
        String correlationId = RunningSystem.unique("load");
        sent.put(correlationId, new Sent(orderId, eventType));
        HttpRequest request =
                HttpRequest.newBuilder(service.resolve(path))
                        .timeout(ANSWER_TIMEOUT)
                        .header("Content-Type", "application/json")
                        .header("Correlation-Id", correlationId)
                        .POST(BodyPublishers.ofString(json))
                        .build();
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        Matcher version = VERSION.matcher(answer.body());
        if (answer.statusCode() == 202 && version.find()) {
            long number = Long.parseLong(version.group(1));
            acknowledged.add(new Acknowledged(orderId, number, correlationId));
        } else if (!mayBeRefused(answer.statusCode())) {
            unexpected.add(path + " answered " + answer.statusCode() + " " + answer.body());
        }
    }

    /// 404: its creation was lost with the service; 503: the service is just starting or ending.
    private static boolean mayBeRefused(int status) {
        return status == 404 || status == 503;
    }
}
