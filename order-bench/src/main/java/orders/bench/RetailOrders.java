package orders.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import orders.model.CustomerEvent.Customer;
import orders.model.CustomerEvent.CustomerRegistered;
import orders.model.CustomerId;
import orders.model.Money;
import orders.model.OrderEvent;
import orders.model.OrderEvent.OrderCancelled;
import orders.model.OrderEvent.OrderCreated;
import orders.model.OrderEvent.OrderSubmitted;
import orders.model.OrderItem;

/// The orders of a retailer, again and again, each time under other ids. The file is described in
/// samples/README.md.
record RetailOrders(List<Line> lines) implements History.Orders {

    private static final String SAMPLE = "samples/online-retail-500.ndjson";

    /// Writers see all events of an order at once.
    private static final int TOGETHER = 500;

    /// One order of the file.
    record Line(
            String invoice,
            CustomerId customerId,
            String country,
            Instant invoicedAt,
            boolean cancelled,
            List<OrderItem> items) {

        private static Line of(String text) {
            JsonObject json = new JsonObject(text);
            return new Line(
                    json.getString("invoice"),
                    new CustomerId("retail-c-" + json.getString("customerId")),
                    json.getString("country"),
                    json.getInstant("invoicedAt"),
                    json.getBoolean("cancelled"),
                    items(json.getJsonArray("items")));
        }

        private static List<OrderItem> items(JsonArray array) {
            return array.stream()
                    .map(JsonObject.class::cast)
                    .map(item ->
                            new OrderItem(
                                    item.getString("productId").replace(' ', '-'),
                                    Optional.of(item.getString("description")),
                                    item.getInteger("quantity"),
                                    Money.of(item.getString("unitPrice"))))
                    .toList();
        }
    }

    /// Those of the file that `RETAIL_ORDERS` names, plain or `.gz`, or of the sample.
    static RetailOrders fromEnvironment() throws IOException {
        Path file = Path.of(System.getenv().getOrDefault("RETAIL_ORDERS", SAMPLE));
        try (InputStream bytes = Files.newInputStream(file);
                InputStream plain =
                        file.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes;
                BufferedReader text =
                        new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))) {
            return new RetailOrders(text.lines().map(Line::of).toList());
        }
    }

    /// Who ordered, named as in the replay of such a file.
    void registerCustomers(History history) {
        Map<String, Line> byId = new TreeMap<>();
        lines.forEach(line -> byId.put(line.customerId().value(), line));
        Instant at = now();
        history.register(
                byId.values().stream().map(Line::customerId).toList(),
                byId.values().stream()
                        .map(line ->
                                new CustomerRegistered(
                                        new Customer(
                                                line.customerId()
                                                        .value()
                                                        .replace("retail-c-", "Customer "),
                                                Optional.empty(),
                                                Optional.of(line.country())),
                                        at))
                        .toList());
    }

    @Override
    public String id(long number) {
        return "retail-" + number / lines.size() + "-" + line(number).invoice();
    }

    @Override
    public List<OrderEvent> events(long number) {
        Line line = line(number);
        Instant at = now();
        List<OrderEvent> events = new ArrayList<>();
        events.add(new OrderCreated(line.customerId(), "GBP", line.items(), line.invoicedAt(), at));
        events.add(new OrderSubmitted(at));
        if (line.cancelled()) {
            events.add(new OrderCancelled("credit note of the retailer", at));
        }
        return events;
    }

    @Override
    public int together() {
        return TOGETHER;
    }

    private Line line(long number) {
        return lines.get((int) (number % lines.size()));
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }
}
