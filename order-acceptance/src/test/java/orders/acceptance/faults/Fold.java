package orders.acceptance.faults;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import orders.acceptance.TopicReader.Event;

/// What the read models have to show: all events folded, by their contract alone. It shares nothing
/// with order-query, so the two cannot be wrong together.
///
/// Of each version the first occurrence counts, of a customer the newest version. Values are texts,
/// instants, whole numbers, lists and maps; what has no value is not there.
final class Fold {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int DATE_LENGTH = 10;
    private static final Set<Object> SUBMITTED = Set.of("SUBMITTED", "PAID", "SHIPPED");

    private final Map<String, Order> orders = new TreeMap<>();
    private final Map<String, Event> customers = new HashMap<>();

    /// One order so far.
    private static final class Order {
        final List<Map<String, Object>> items = new ArrayList<>();
        final List<Map<String, Object>> history = new ArrayList<>();
        final List<String> types = new ArrayList<>();
        final MessageDigest data = md5();
        String customerId;
        String currency;
        BigDecimal total = BigDecimal.ZERO;
        Map<String, Object> payment;
        Map<String, Object> shipping;
        Instant createdAt;
        Instant updatedAt;
        long version;

        Object status() {
            return history.getLast().get("status");
        }

        boolean isSubmitted() {
            return history.stream().anyMatch(change -> SUBMITTED.contains(change.get("status")));
        }
    }

    /// Takes the next event of either topic.
    void add(Event event) {
        JsonNode json = json(event);
        switch (event.type()) {
            case "CustomerRegistered", "CustomerChanged" ->
                    customers.merge(
                            event.key(),
                            event,
                            (known, next) -> next.version() > known.version() ? next : known);
            case "OrderCreated" -> {
                if (!orders.containsKey(event.key())) {
                    orders.put(event.key(), created(event, json));
                }
            }
            default -> {
                Order order = orders.get(event.key());
                if (order != null && event.version() > order.version) {
                    evolve(order, event, json);
                }
            }
        }
    }

    /// The rows of `order-summaries` by order id, with the names of their columns.
    Map<String, Map<String, Object>> summaries() {
        return views(order ->
                fields(
                        "customer_id", order.customerId,
                        "customer_name", customer(order).get("name"),
                        "status", order.status(),
                        "total", order.total.toPlainString(),
                        "currency", order.currency,
                        "item_count", (long) order.items.size(),
                        "created_at", order.createdAt,
                        "updated_at", order.updatedAt,
                        "version", order.version));
    }

    /// The documents of `order-details` by order id.
    Map<String, Map<String, Object>> details() {
        return views(order -> {
            Event customer = customers.get(order.customerId);
            return fields(
                    "customer", customer(order),
                    "customerVersion", customer == null ? 0L : customer.version(),
                    "customerAt", customer == null ? null : instant(json(customer), "at"),
                    "status", order.status(),
                    "currency", order.currency,
                    "total", order.total.toPlainString(),
                    "items", order.items,
                    "payment", order.payment,
                    "shipping", order.shipping,
                    "history", order.history,
                    "createdAt", order.createdAt,
                    "updatedAt", order.updatedAt,
                    "version", order.version);
        });
    }

    /// The documents of `order-search` by order id.
    Map<String, Map<String, Object>> search() {
        return views(order -> {
            Event customer = customers.get(order.customerId);
            return fields(
                    "customerId",
                    order.customerId,
                    "customerName",
                    customer(order).get("name"),
                    "country",
                    customer(order).get("country"),
                    "customerVersion",
                    customer == null ? 0L : customer.version(),
                    "status",
                    order.status(),
                    "total",
                    order.total.toPlainString(),
                    "currency",
                    order.currency,
                    "itemCount",
                    (long) order.items.size(),
                    "descriptions",
                    ofItems(order, "description"),
                    "productIds",
                    ofItems(order, "productId"),
                    "createdAt",
                    order.createdAt,
                    "updatedAt",
                    order.updatedAt,
                    "version",
                    order.version);
        });
    }

    /// The rows of `daily-order-stats` by order id, with the names of their columns.
    Map<String, Map<String, Object>> stats() {
        return views(order ->
                fields(
                        "date", order.createdAt.toString().substring(0, DATE_LENGTH),
                        "currency", order.currency,
                        "total", order.total.toPlainString(),
                        "status", order.status(),
                        "is_submitted", order.isSubmitted(),
                        "version", order.version));
    }

    /// The rows of `order-timeline` by order id: the events of an order together.
    Map<String, Map<String, Object>> timeline() {
        return views(order ->
                fields(
                        "types", String.join(" ", order.types),
                        "data", digest(order.data),
                        "version", order.version));
    }

    /// Of what came so far: more may come.
    private static String digest(MessageDigest data) {
        try {
            return HexFormat.of().formatHex(((MessageDigest) data.clone()).digest());
        } catch (CloneNotSupportedException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static List<Object> ofItems(Order order, String field) {
        return order.items.stream().map(item -> item.get(field)).filter(Objects::nonNull).toList();
    }

    private Map<String, Map<String, Object>> views(Function<Order, Map<String, Object>> view) {
        Map<String, Map<String, Object>> views = new TreeMap<>();
        orders.forEach((orderId, order) -> views.put(orderId, view.apply(order)));
        return views;
    }

    private Map<String, Object> customer(Order order) {
        Event newest = customers.get(order.customerId);
        Map<String, Object> customer =
                newest == null ? fields() : texts(json(newest), "name", "email", "country");
        customer.put("customerId", order.customerId);
        return customer;
    }

    private static Order created(Event event, JsonNode json) {
        Order order = new Order();
        order.customerId = json.get("customerId").textValue();
        // Orders of the first shape were all in euros.
        order.currency = json.path("currency").asText("EUR");
        json.get("items").forEach(item -> addItem(order, item));
        order.createdAt = instant(json, "orderedAt");
        become(order, "CREATED", event, json);
        return order;
    }

    private static void evolve(Order order, Event event, JsonNode json) {
        switch (event.type()) {
            case "OrderItemAdded" -> {
                addItem(order, json.get("item"));
                reach(order, event, json);
            }
            case "OrderSubmitted" -> become(order, "SUBMITTED", event, json);
            case "OrderPaid" -> {
                order.payment = texts(json, "method", "amount", "reference");
                become(order, "PAID", event, json);
            }
            case "OrderShipped" -> {
                order.shipping = texts(json, "carrier", "trackingNumber", "address");
                become(order, "SHIPPED", event, json);
            }
            case "OrderCancelled" -> become(order, "CANCELLED", event, json);
            default -> {
                // Nobody knows what it means: it is discarded.
            }
        }
    }

    private static void addItem(Order order, JsonNode json) {
        long quantity = json.get("quantity").longValue();
        BigDecimal lineTotal =
                new BigDecimal(json.get("unitPrice").textValue())
                        .multiply(BigDecimal.valueOf(quantity));
        Map<String, Object> item = texts(json, "productId", "description", "unitPrice");
        item.put("quantity", quantity);
        item.put("lineTotal", lineTotal.toPlainString());
        order.items.add(item);
        order.total = order.total.add(lineTotal);
    }

    private static void become(Order order, String status, Event event, JsonNode json) {
        Map<String, Object> change = texts(json, "reason");
        change.putAll(
                fields("status", status, "at", instant(json, "at"), "version", event.version()));
        order.history.add(change);
        reach(order, event, json);
    }

    private static void reach(Order order, Event event, JsonNode json) {
        order.types.add(event.type());
        order.data.update(event.value().getBytes(StandardCharsets.UTF_8));
        order.updatedAt = instant(json, "at");
        order.version = event.version();
    }

    private static Map<String, Object> fields(Object... namesAndValues) {
        Map<String, Object> fields = new TreeMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i + 1] != null) {
                fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
            }
        }
        return fields;
    }

    private static Map<String, Object> texts(JsonNode json, String... names) {
        Map<String, Object> texts = new TreeMap<>();
        for (String name : names) {
            if (json.hasNonNull(name)) {
                texts.put(name, json.get(name).textValue());
            }
        }
        return texts;
    }

    private static Instant instant(JsonNode json, String name) {
        return Instant.parse(json.get(name).textValue());
    }

    private static JsonNode json(Event event) {
        try {
            return JSON.readTree(event.value());
        } catch (JsonProcessingException broken) {
            throw new AssertionError("broken event " + event, broken);
        }
    }
}
