package orders.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
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
    private final Witness witness;
    private final Map<String, Future<Boolean>> lastOfClient = new HashMap<>();

    /// Learns of each accepted command.
    interface Witness {

        /// Answers when the command is over for this witness too.
        ///
        /// @param token its `Consistency-Token`
        /// @param at when it was answered, in nanoseconds of this process
        Future<?> accepted(Command command, String token, long at);
    }

    /// @param correlationId of this command and of no other
    /// @param path where it is posted
    record Command(String correlationId, String orderId, String path, String body) {

        String customerId() {
            return "c-" + Math.floorMod(orderId.hashCode(), CUSTOMERS);
        }
    }

    CommandLoad(Vertx vertx, URI service, Witness witness) {
        this.http = new HttpLoad(vertx, service);
        // Orders of an earlier load are not created again.
        this.name = "bench-" + System.nanoTime();
        this.witness = witness;
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
                        token.<Future<?>>map(
                                        text -> witness.accepted(command, text, System.nanoTime()))
                                .orElse(Future.succeededFuture())
                                .map(token.isPresent()));
    }

    /// Three in a row belong to one order.
    private static Command command(String client, long number) {
        String orderId = client + "-" + number / PER_ORDER;
        String id = client + "." + number;
        String path = "/orders/" + orderId;
        return switch ((int) (number % PER_ORDER)) {
            case 0 -> created(id, orderId);
            case 1 -> new Command(id, orderId, path + "/submit", "{}");
            default -> new Command(id, orderId, path + "/payment", PAYMENT);
        };
    }

    private static Command created(String id, String orderId) {
        Command command = new Command(id, orderId, "/orders", "");
        String body =
                "{\"customerId\":\"%s\",\"orderId\":\"%s\",\"items\":%s}"
                        .formatted(command.customerId(), orderId, ITEMS);
        return new Command(id, orderId, command.path(), body);
    }
}
