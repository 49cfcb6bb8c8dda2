package orders.query.readmodel.stats;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import orders.model.CustomerId;
import orders.model.Money;
import orders.model.OrderEvent;
import orders.model.OrderEvent.OrderCreated;
import orders.model.OrderEvent.OrderItemAdded;
import orders.model.OrderItem;
import orders.query.Events;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Real orders in currencies that no other test has, some of them never submitted: their events,
/// and their statistics, computed from the file and from nothing else.
final class RetailOrders {

    private static final String SAMPLE = "../samples/online-retail-500.ndjson";

    private static final int CURRENCIES = 3;

    /// What becomes of an order; what is not submitted counts nowhere.
    @SuppressWarnings("ImmutableEnumChecker") // Lists that nothing changes.
    private enum Fate {
        LEFT(false, "CREATED"),
        DROPPED(false, "CANCELLED", Events.CANCELLED),
        SUBMITTED(true, "SUBMITTED", Events.SUBMITTED),
        PAID(true, "PAID", Events.SUBMITTED, Events.PAID),
        SHIPPED(true, "SHIPPED", Events.SUBMITTED, Events.PAID, Events.SHIPPED),
        CANCELLED(true, "CANCELLED", Events.SUBMITTED, Events.PAID, Events.CANCELLED);

        final boolean counts;
        final String status;
        final List<OrderEvent> events;

        Fate(boolean counts, String status, OrderEvent... events) {
            this.counts = counts;
            this.status = status;
            this.events = List.of(events);
        }
    }

    private record Item(String productId, int quantity, BigDecimal price) {}

    private record Retail(
            String orderId, Instant at, String currency, Fate fate, List<Item> items) {

        BigDecimal total() {
            return items.stream()
                    .map(item -> item.price.multiply(BigDecimal.valueOf(item.quantity)))
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
        }

        LocalDate date() {
            return at.atOffset(ZoneOffset.UTC).toLocalDate();
        }
    }

    private final String prefix = "retail-" + UUID.randomUUID() + "-";

    /// The first two letters of all currencies.
    private final String letters = "" + anyLetter() + anyLetter();

    private final List<Retail> orders = new ArrayList<>();

    /// The 500 of the sample.
    static RetailOrders sample() {
        return new RetailOrders(Path.of(SAMPLE));
    }

    /// Those of the file that `RETAIL_ORDERS` names, which may be compressed; by default the
    /// sample.
    static RetailOrders all() {
        return new RetailOrders(
                Path.of(Optional.ofNullable(System.getenv("RETAIL_ORDERS")).orElse(SAMPLE)));
    }

    private RetailOrders(Path file) {
        try (InputStream bytes = Files.newInputStream(file);
                InputStream plain =
                        file.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes;
                var lines =
                        new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))) {
            var json = new ObjectMapper();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                orders.add(read(json.readTree(line)));
            }
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    private Retail read(JsonNode json) {
        List<Item> items = new ArrayList<>();
        json.get("items")
                .forEach(item ->
                        items.add(
                                new Item(
                                        item.get("productId").asText().replace(' ', '-'),
                                        item.get("quantity").asInt(),
                                        new BigDecimal(item.get("unitPrice").asText()))));
        int number = orders.size();
        return new Retail(
                prefix + json.get("invoice").asText(),
                Instant.parse(json.get("invoicedAt").asText()),
                letters + (char) ('A' + number % CURRENCIES),
                json.get("cancelled").asBoolean()
                        ? Fate.CANCELLED
                        : Fate.values()[number * 7 % Fate.values().length],
                items);
    }

    private static char anyLetter() {
        return (char) ThreadLocalRandom.current().nextInt('A', 'Z' + 1);
    }

    /// Whether it is one of these orders' currencies.
    boolean isOurs(String currency) {
        return currency.startsWith(letters);
    }

    LocalDate from() {
        return orders.getFirst().date();
    }

    LocalDate to() {
        return orders.getLast().date();
    }

    /// All events, those of an order in their order, some of them twice.
    List<ProducerRecord<String, byte[]>> events() {
        List<ProducerRecord<String, byte[]>> events = new ArrayList<>();
        for (Retail order : orders) {
            List<OrderEvent> all = new ArrayList<>();
            all.add(
                    new OrderCreated(
                            new CustomerId("retail"),
                            order.currency,
                            List.of(item(order.items.getFirst())),
                            order.at,
                            Events.AT));
            order.items.stream()
                    .skip(1)
                    .forEach(item -> all.add(new OrderItemAdded(item(item), Events.AT)));
            all.addAll(order.fate.events);
            for (int version = 1; version <= all.size(); version++) {
                var event = Events.record(order.orderId, version, all.get(version - 1));
                events.add(event);
                if (version % 2 == 0) {
                    events.add(event);
                }
            }
        }
        return events;
    }

    private static OrderItem item(Item item) {
        return new OrderItem(item.productId, Optional.empty(), item.quantity, Money.of(item.price));
    }

    /// What the service has to answer, as text: date, currency, count, revenue, average, statuses.
    List<String> statistics() {
        var counted = orders.stream().filter(order -> order.fate.counts).toList();
        var currencies = new TreeSet<>(counted.stream().map(Retail::currency).toList());
        Map<LocalDate, List<Retail>> byDate =
                counted.stream().collect(Collectors.groupingBy(Retail::date));
        List<String> lines = new ArrayList<>();
        for (LocalDate date = from(); !date.isAfter(to()); date = date.plusDays(1)) {
            for (String currency : currencies) {
                lines.add(
                        line(
                                date,
                                currency,
                                byDate.getOrDefault(date, List.of()).stream()
                                        .filter(order -> order.currency.equals(currency))
                                        .toList()));
            }
        }
        return lines;
    }

    private static String line(LocalDate date, String currency, List<Retail> orders) {
        Map<String, Integer> statuses = new TreeMap<>();
        BigDecimal revenue = BigDecimal.ZERO;
        int earning = 0;
        for (Retail order : orders) {
            statuses.merge(order.fate.status, 1, Integer::sum);
            if (!order.fate.status.equals("CANCELLED")) {
                revenue = revenue.add(order.total());
                earning++;
            }
        }
        BigDecimal average =
                revenue.divide(BigDecimal.valueOf(Math.max(1, earning)), 2, RoundingMode.HALF_UP);
        return "%s %s %d %s %s %s"
                .formatted(date, currency, orders.size(), revenue.setScale(2), average, statuses);
    }
}
