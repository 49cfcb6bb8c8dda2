package orders.acceptance.faults;

import static orders.acceptance.RunningSystem.unique;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import orders.acceptance.TopicReader.Event;

/// Events as order-command publishes them.
final class SampleEvents {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant FIRST_ORDER = Instant.parse("2010-12-01T08:26:00.001Z");

    private static final Map<String, Object> MUG =
            Map.of("productId", "MUG-1", "description", "Mug", "quantity", 2, "unitPrice", "12.50");
    private static final Map<String, Object> PEN =
            Map.of("productId", "PEN-1", "quantity", 3, "unitPrice", "0.07");

    private static final String NAME = "Ada the ";

    private SampleEvents() {}

    /// When the customer ordered: each number has its own second.
    static Instant orderedAt(int number) {
        return FIRST_ORDER.plusSeconds(number);
    }

    /// The life of an order as far as it came, with versions from 1. The number says how it went:
    /// every fifth is left in its basket, every fifth is cancelled, some are of the first shape.
    static List<Event> life(String orderId, String customerId, int number) {
        List<Event> life = new ArrayList<>();
        boolean isFirstShape = number % 7 == 0;
        Map<String, Object> created = new LinkedHashMap<>();
        created.put("schemaVersion", isFirstShape ? 1 : 2);
        created.put("customerId", customerId);
        if (!isFirstShape) {
            created.put("currency", number % 2 == 0 ? "EUR" : "GBP");
        }
        created.put("items", List.of(MUG));
        created.put("orderedAt", orderedAt(number).toString());
        add(life, orderId, "OrderCreated", created);
        for (int more = number % 3; more > 0; more--) {
            add(life, orderId, "OrderItemAdded", Map.of("item", PEN));
        }
        if (number % 5 == 4) {
            return life;
        }
        add(life, orderId, "OrderSubmitted", Map.of());
        if (number % 5 == 3) {
            add(life, orderId, "OrderCancelled", Map.of("reason", "changed my mind"));
            return life;
        }
        String amount = List.of("25.00", "25.21", "25.42").get(number % 3);
        add(life, orderId, "OrderPaid", Map.of("method", "card", "amount", amount));
        add(life, orderId, "OrderShipped", Map.of("carrier", "Post", "trackingNumber", "T-1"));
        return life;
    }

    /// A customer, whose name says which version it is.
    static Event customer(String customerId, long version) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("customerId", customerId);
        fields.put("name", NAME + version);
        if (version % 2 == 0) {
            fields.put("email", "ada@example.org");
        }
        fields.put("country", "Norway");
        String type = version == 1 ? "CustomerRegistered" : "CustomerChanged";
        return event(customerId, type, version, fields);
    }

    /// The version that a customer's name says, 0 when there is none.
    static long customerVersion(JsonNode name) {
        return name.isTextual() ? Long.parseLong(name.asText().substring(NAME.length())) : 0;
    }

    /// The life of an order whose second event comes from a newer version of order-command: nobody
    /// knows yet what it means.
    static List<Event> giftWrapped(String orderId, String customerId) {
        List<Event> life = new ArrayList<>(life(orderId, customerId, 4).subList(0, 1));
        add(life, orderId, "OrderGiftWrapped", Map.of("ribbon", "red"));
        add(life, orderId, "OrderSubmitted", Map.of());
        return life;
    }

    private static void add(
            List<Event> life, String orderId, String type, Map<String, Object> fields) {
        Map<String, Object> all = new LinkedHashMap<>(fields);
        all.put("orderId", orderId);
        life.add(event(orderId, type, life.size() + 1, all));
    }

    private static Event event(String key, String type, long version, Map<String, Object> fields) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("schemaVersion", 1);
        json.put("version", version);
        json.put("at", Instant.now().truncatedTo(ChronoUnit.MILLIS).plusMillis(version).toString());
        json.putAll(fields);
        try {
            return new Event(key, type, version, unique("load"), JSON.writeValueAsString(json));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
