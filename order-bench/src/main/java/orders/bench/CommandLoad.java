package orders.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import orders.model.EventCodec;
import orders.model.OrderItem;

/// Clients of the command side: each has an order of three lines created, submitted and paid, one
/// order after the other.
final class CommandLoad implements AutoCloseable {

    /// Commands of one order.
    private static final int PER_ORDER = 3;

    private static final int CUSTOMERS = 1_000;
    private static final String ITEMS = EventCodec.encodeItems(History.ITEMS);
    private static final String PAYMENT =
            "{\"method\":\"card\",\"amount\":\"%s\"}".formatted(OrderItem.total(History.ITEMS));

    private final HttpLoad http;
    private final String name;
    private final Optional<Visibility> visibility;
    private final Map<String, Long> answered = new HashMap<>();
    private final Map<String, Future<Boolean>> lastOfClient = new HashMap<>();

    /// @param correlationId of this command and of no other
    /// @param path where it is posted
    record Command(String correlationId, String orderId, String path, String body) {

        String customerId() {
            return customerOf(orderId);
        }
    }

    /// @param visibility is asked for after each accepted command, which is over only then
    CommandLoad(Vertx vertx, URI service, Optional<Visibility> visibility) {
        this.http = new HttpLoad(vertx, service);
        // Orders of an earlier load are not created again.
        this.name = "bench-" + System.nanoTime();
        this.visibility = visibility;
    }

    /// Each client sends its next command when the last one is answered, a refused one again.
    HttpLoad.Result closedLoop(int clients, Duration time) {
        return http.closedLoop(clients, time, client -> sender(name + "-" + client));
    }

    private Supplier<Future<?>> sender(String client) {
        AtomicLong number = new AtomicLong();
        return () ->
                send(client, number.get(), System.nanoTime())
                        .map(isAccepted -> number.addAndGet(isAccepted ? 1 : 0));
    }

    /// Rounds of `rate` commands: all created, then all submitted, then all paid. A command waits
    /// for the one before it of the same order, and is left out when that was refused.
    HttpLoad.Result openLoop(int rate, Duration time) {
        return http.openLoop(
                rate,
                time,
                (index, due) -> {
                    String client = name + "-" + index % rate;
                    long number = index / rate;
                    Future<Boolean> before =
                            number % PER_ORDER == 0
                                    ? Future.succeededFuture(true)
                                    : lastOfClient.get(client);
                    Future<Boolean> sent =
                            before.compose(isAccepted ->
                                    isAccepted
                                            ? send(client, number, due)
                                            : Future.succeededFuture(false));
                    lastOfClient.put(client, sent);
                    return sent;
                });
    }

    /// When each accepted command was answered, in nanoseconds of this process, by its correlation
    /// id.
    Map<String, Long> answered() {
        return answered;
    }

    /// Ends an open loop early.
    void stop() {
        http.stop();
    }

    @Override
    public void close() {
        http.close();
    }

    private Future<Boolean> send(String client, long number, long due) {
        Command command = command(client, number);
        return http.post(command.path(), command.correlationId(), command.body(), due)
                .compose(token ->
                        token.isEmpty()
                                ? Future.succeededFuture(false)
                                : accepted(command, token.get()));
    }

    private Future<Boolean> accepted(Command command, String token) {
        long now = System.nanoTime();
        answered.put(command.correlationId(), now);
        return visibility
                .<Future<?>>map(each -> each.accepted(command, token, now))
                .orElse(Future.succeededFuture())
                .map(true);
    }

    /// Three in a row belong to one order.
    private static Command command(String client, long number) {
        String id = client + "." + number;
        String orderId = client + "-" + number / PER_ORDER;
        String path = "/orders/" + orderId;
        return switch ((int) (number % PER_ORDER)) {
            case 0 ->
                    new Command(
                            id,
                            orderId,
                            "/orders",
                            "{\"customerId\":\"%s\",\"orderId\":\"%s\",\"items\":%s}"
                                    .formatted(customerOf(orderId), orderId, ITEMS));
            case 1 -> new Command(id, orderId, path + "/submit", "{}");
            default -> new Command(id, orderId, path + "/payment", PAYMENT);
        };
    }

    private static String customerOf(String orderId) {
        return "c-" + Math.floorMod(orderId.hashCode(), CUSTOMERS);
    }
}
