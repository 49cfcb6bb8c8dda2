package orders.acceptance.faults;

import static java.util.concurrent.CompletableFuture.allOf;
import static java.util.concurrent.CompletableFuture.runAsync;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import orders.acceptance.Api;
import orders.acceptance.RunningSystem;
import orders.acceptance.faults.ClientLog.Answer;
import orders.acceptance.faults.ClientLog.Command;

/// Clients that lead orders through their life without pause, on all instances of order-command.
///
/// A client sends a command again, with the same key and to the next instance, until it knows what
/// became of it. Some send two commands at once that only one of can win, some send one command
/// twice at once.
final class CommandLoad implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(4);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(10);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

    /// More than any fault takes, so that an unknown outcome is a finding.
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final Duration SOON = Duration.ofSeconds(60);

    private static final int MOST_ITEMS = 500;
    private static final int LONGEST_DESCRIPTION = 500;
    private static final int LARGE_ORDER_BYTES = MOST_ITEMS * LONGEST_DESCRIPTION;

    private static final String ITEM =
            """
            {"productId": "pot", "quantity": 1, "unitPrice": "2.50"}
            """;

    /// Two cups and three pots.
    private static final String PAYMENT =
            """
            {"method": "card", "amount": "16.50"}
            """;

    private static final String SHIPMENT =
            """
            {"carrier": "Post", "trackingNumber": "T-1"}
            """;

    private record Request(URI path, String body) {}

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT_TIMEOUT)
                    .build();
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private final ExecutorService sideBySide = Executors.newVirtualThreadPerTaskExecutor();
    private final ClientLog log = new ClientLog();
    private final Map<Command, Request> requests = new ConcurrentHashMap<>();
    private final Queue<Command> accepted = new ConcurrentLinkedQueue<>();
    private final AtomicInteger nextHome = new AtomicInteger();
    private final List<URI> instances;
    private final String prefix;

    private volatile Duration answerTimeout = ANSWER_TIMEOUT;
    private volatile boolean isEnding;

    private CommandLoad(List<URI> instances, String prefix) {
        this.instances = instances;
        this.prefix = prefix;
    }

    /// Starts `clients` clients; the ids of all their orders start with `prefix`.
    static CommandLoad start(List<URI> instances, String prefix, int clients) {
        var load = new CommandLoad(instances, prefix);
        for (int client = 1; client <= clients; client++) {
            String name = prefix + client;
            load.clients.execute(() -> load.leadOrders(name));
        }
        return load;
    }

    ClientLog log() {
        return log;
    }

    String prefix() {
        return prefix;
    }

    /// Returns when so many more commands are accepted.
    void awaitAccepted(int more) {
        int enough = log.accepted() + more;
        await().atMost(SOON).until(() -> log.accepted() >= enough);
    }

    /// Returns after that time, in which commands must be accepted all along.
    void goOnFor(Duration time) {
        Instant end = Instant.now().plus(time);
        while (Instant.now().isBefore(end)) {
            awaitAccepted(1);
        }
    }

    /// From now on clients hang up when they get no answer within that time.
    void hangUpAfter(Duration time) {
        answerTimeout = time;
    }

    /// From now on clients wait as long as they usually do.
    void hangUpNoMore() {
        hangUpAfter(ANSWER_TIMEOUT);
    }

    /// Creates one more order and answers its id.
    String createOrder() {
        String orderId = prefix + RunningSystem.unique("single");
        create(orderId);
        return orderId;
    }

    /// Creates orders whose events together have more than so many bytes.
    void createLargeOrders(int bytes) {
        for (int orders = 0; orders * LARGE_ORDER_BYTES < bytes; orders++) {
            String orderId = prefix + RunningSystem.unique("large");
            tell(creation(orderId, largeOrder(orderId)));
        }
    }

    /// Adds an item to an order; completes when the outcome is known.
    CompletableFuture<Void> addItem(String orderId) {
        return together(() -> tell(addition(orderId, OptionalLong.empty())));
    }

    /// Lets so many clients add so many items each to these orders in turn; completes when the
    /// outcomes are known.
    CompletableFuture<Void> addItems(List<String> orderIds, int clients, int items) {
        return together(
                IntStream.range(0, clients)
                        .<Runnable>mapToObj(client -> () -> addItemsInTurn(orderIds, client, items))
                        .toArray(Runnable[]::new));
    }

    private void addItemsInTurn(List<String> orderIds, int first, int items) {
        for (int item = 0; item < items; item++) {
            String orderId = orderIds.get((first + item) % orderIds.size());
            tell(addition(orderId, OptionalLong.empty()));
        }
    }

    /// Sends accepted commands once more, as many as that, chosen at random.
    void repeatAccepted(int commands) {
        List<Command> some = new ArrayList<>(accepted);
        Collections.shuffle(some);
        some.stream().limit(commands).forEach(this::tell);
    }

    /// Returns when every client has finished the order that it is at.
    @Override
    public void close() {
        isEnding = true;
        clients.close();
        sideBySide.close();
    }

    private void leadOrders(String client) {
        for (int number = 1; !isEnding; number++) {
            leadOrder(client + "-" + number);
        }
    }

    private void leadOrder(String orderId) {
        String order = "/orders/" + orderId;
        create(orderId);
        OptionalLong first = OptionalLong.of(1);
        together(() -> tell(addition(orderId, first)), () -> tell(addition(orderId, first))).join();
        OptionalLong any = OptionalLong.empty();
        together(() -> tell(addition(orderId, any)), () -> tell(addition(orderId, any))).join();
        tell(command(orderId, "OrderSubmitted", any, order + "/submit", "{}"));
        Command payment = command(orderId, "OrderPaid", any, order + "/payment", PAYMENT);
        together(() -> tell(payment), () -> tell(payment)).join();
        tell(command(orderId, "OrderShipped", any, order + "/ship", SHIPMENT));
    }

    private void create(String orderId) {
        tell(creation(orderId, Api.twoCups(orderId, prefix + "customer")));
    }

    private String largeOrder(String orderId) {
        String item =
                """
                {"productId": "book", "description": "%s", "quantity": 1, "unitPrice": "1.00"}
                """
                        .formatted("x".repeat(LONGEST_DESCRIPTION));
        return """
        {"orderId": "%s", "customerId": "%scustomer", "items": [%s]}
        """
                .formatted(
                        orderId, prefix, String.join(",", Collections.nCopies(MOST_ITEMS, item)));
    }

    private Command creation(String orderId, String order) {
        return command(orderId, "OrderCreated", OptionalLong.empty(), "/orders", order);
    }

    private Command addition(String orderId, OptionalLong expectedVersion) {
        String items = "/orders/" + orderId + "/items";
        return command(orderId, "OrderItemAdded", expectedVersion, items, ITEM);
    }

    private Command command(
            String orderId,
            String eventType,
            OptionalLong expectedVersion,
            String path,
            String body) {
        Command command =
                new Command(RunningSystem.unique("load"), orderId, eventType, expectedVersion);
        requests.put(command, new Request(URI.create(path), body));
        return command;
    }

    private CompletableFuture<Void> together(Runnable... tasks) {
        CompletableFuture<?>[] started = new CompletableFuture<?>[tasks.length];
        for (int i = 0; i < tasks.length; i++) {
            started[i] = runAsync(tasks[i], sideBySide);
        }
        return allOf(started);
    }

    private void tell(Command command) {
        log.sent(command);
        Instant end = Instant.now().plus(PATIENCE);
        int home = nextHome.getAndIncrement();
        for (int tries = 0; Instant.now().isBefore(end); tries++) {
            URI instance = instances.get(Math.floorMod(home + tries, instances.size()));
            try {
                if (isAnswered(command, instance)) {
                    return;
                }
            } catch (IOException noAnswer) {
                log.repeated("no answer");
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            }
            pause(tries);
        }
    }

    /// Tries once; answers whether the outcome is known now.
    private boolean isAnswered(Command command, URI instance)
            throws IOException, InterruptedException {
        HttpResponse<String> response =
                http.send(request(command, instance), BodyHandlers.ofString());
        JsonNode body = json(response.body());
        if (response.statusCode() == 202) {
            long version = body.path("version").asLong();
            log.answered(command, new Answer.Accepted(version, response.body()), instance);
            accepted.add(command);
            return true;
        }
        String problem =
                response.statusCode() + body.path("type").asText().replace("/problems/", " ");
        if (isWorthAnotherTry(problem)) {
            log.repeated(problem);
            return false;
        }
        log.answered(command, new Answer.Refused(problem), instance);
        return true;
    }

    private HttpRequest request(Command command, URI instance) {
        Request request = requests.get(command);
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(instance.resolve(request.path()))
                        .timeout(answerTimeout)
                        .header("Content-Type", "application/json")
                        .header("Correlation-Id", command.key())
                        .header("Idempotency-Key", command.key())
                        .POST(BodyPublishers.ofString(request.body()));
        command.expectedVersion()
                .ifPresent(version -> builder.header("If-Match", "\"" + version + "\""));
        return builder.build();
    }

    private static boolean isWorthAnotherTry(String problem) {
        return problem.startsWith("5")
                || problem.equals("409 request-in-flight")
                || problem.equals("409 concurrent-update");
    }

    private static JsonNode json(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException notJson) {
            return JSON.nullNode();
        }
    }

    /// Clients do not hammer.
    private static void pause(int tries) {
        Duration growing = FIRST_PAUSE.multipliedBy(1L << Math.min(tries, 10));
        try {
            Thread.sleep(growing.compareTo(LONGEST_PAUSE) < 0 ? growing : LONGEST_PAUSE);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
