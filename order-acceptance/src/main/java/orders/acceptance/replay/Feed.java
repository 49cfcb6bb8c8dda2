package orders.acceptance.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import orders.acceptance.http.Answer;
import orders.acceptance.http.NoAnswer;
import orders.acceptance.http.RetryingClient;
import orders.acceptance.retail.RetailNames;
import orders.acceptance.retail.RetailOrder;
import orders.acceptance.retail.RetailOrder.RetailItem;

/// Sends orders to the command service: each customer once before its first order, then of each
/// order create, submit and, where the file says so, cancel, one after the other. Many orders at a
/// time. Repeating it is harmless: what is there already is recognised.
public final class Feed {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private static final String PUT_CUSTOMER = "put customer";
    private static final String CREATE_ORDER = "create order";
    private static final String SUBMIT = "submit";
    private static final String CANCEL = "cancel";

    private final RetryingClient commands;
    private final RetailNames names;
    private final Pace pace;
    private final Statistics statistics;
    private final IntConsumer progress;

    private final Map<String, FutureTask<String>> customers = new ConcurrentHashMap<>();
    private final Map<String, String> tokens = new ConcurrentHashMap<>();
    private final AtomicInteger done = new AtomicInteger();

    private volatile boolean isServiceAway;

    /// @param progress is told by many threads at once how many orders are through, well or not
    public Feed(
            RetryingClient commands,
            RetailNames names,
            Pace pace,
            Statistics statistics,
            IntConsumer progress) {
        this.commands = commands;
        this.names = names;
        this.pace = pace;
        this.statistics = statistics;
        this.progress = progress;
    }

    /// Feeds all and returns when the last one is through. When the service has not answered a
    /// command for as long as the client is patient, no further order is begun.
    ///
    /// @return of each order whose commands were all accepted, by its id, the tokens of its last
    ///   command and of its customer, as a `Consistency-Token` header of a read
    public Map<String, String> run(List<RetailOrder> orders) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int index = 0; index < orders.size() && !isServiceAway; index++) {
                RetailOrder order = orders.get(index);
                // Here and not in the order's thread: the first order in the file decides.
                var registration = new FutureTask<>(() -> register(order));
                customers.putIfAbsent(names.customerId(order), registration);
                pace.awaitTurn(index);
                threads.execute(() -> feed(order));
            }
        }
        return Map.copyOf(tokens);
    }

    private void feed(RetailOrder order) {
        try {
            String customerToken = customerOf(order);
            String orderToken = bringIn(order);
            tokens.put(names.orderId(order), orderToken + "," + customerToken);
            statistics.orderFed();
        } catch (StepFailed failed) {
            statistics.failed(failed);
        } finally {
            pace.finished();
            progress.accept(done.incrementAndGet());
        }
    }

    private String customerOf(RetailOrder order) {
        FutureTask<String> registration = customers.get(names.customerId(order));
        registration.run();
        try {
            return registration.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof StepFailed refused) {
                throw refused;
            }
            throw new IllegalStateException(failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    private String register(RetailOrder order) {
        ObjectNode customer =
                JSON.objectNode()
                        .put("name", names.customerName(order))
                        .put("country", order.country());
        String path = "/customers/" + names.customerId(order);
        return accepted(PUT_CUSTOMER, () -> commands.put(path, customer));
    }

    private String bringIn(RetailOrder order) {
        String path = "/orders/" + names.orderId(order);
        boolean isNew = create(order);
        if (!order.cancelled()) {
            return accepted(SUBMIT, () -> commands.post(path + "/submit", JSON.objectNode()));
        }
        Answer submitted = send(SUBMIT, () -> commands.post(path + "/submit", JSON.objectNode()));
        boolean isCancelledAlready = !isNew && submitted.isProblem("illegal-transition");
        if (!submitted.isSuccess() && !isCancelledAlready) {
            throw StepFailed.refused(SUBMIT, submitted);
        }
        ObjectNode reason = JSON.objectNode().put("reason", RetailNames.CANCEL_REASON);
        return accepted(CANCEL, () -> commands.post(path + "/cancel", reason));
    }

    /// Returns whether it was not there before.
    private boolean create(RetailOrder order) {
        Answer answer = send(CREATE_ORDER, () -> commands.post("/orders", creation(order)));
        if (answer.isProblem("order-already-exists")) {
            statistics.orderThereAlready();
            return false;
        }
        if (!answer.isSuccess()) {
            throw StepFailed.refused(CREATE_ORDER, answer);
        }
        return true;
    }

    private JsonNode creation(RetailOrder order) {
        ArrayNode items = JSON.arrayNode();
        for (RetailItem item : order.items()) {
            items.addObject()
                    .put("productId", item.productId())
                    .put("description", item.description())
                    .put("quantity", item.quantity())
                    .put("unitPrice", item.unitPrice().toPlainString());
        }
        ObjectNode creation =
                JSON.objectNode()
                        .put("orderId", names.orderId(order))
                        .put("customerId", names.customerId(order))
                        .put("currency", RetailNames.CURRENCY)
                        .put("orderedAt", order.invoicedAt().toString());
        creation.set("items", items);
        return creation;
    }

    private String accepted(String step, Supplier<Answer> command) {
        Answer answer = send(step, command);
        if (!answer.isSuccess()) {
            throw StepFailed.refused(step, answer);
        }
        return answer.token().orElseThrow(() -> StepFailed.withoutToken(step));
    }

    private Answer send(String step, Supplier<Answer> command) {
        long start = System.nanoTime();
        try {
            Answer answer = command.get();
            statistics.answered(Duration.ofNanos(System.nanoTime() - start), answer.retries());
            return answer;
        } catch (NoAnswer away) {
            isServiceAway = true;
            throw StepFailed.notAnswered(step, away);
        }
    }
}
