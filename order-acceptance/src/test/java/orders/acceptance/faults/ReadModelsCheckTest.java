package orders.acceptance.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import orders.acceptance.TopicReader.Event;
import orders.acceptance.faults.ReadModelsCheck.ReadModel;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/// A checker that never objects would prove nothing: it starts from a read model that is right, of
/// which each test breaks one thing.
class ReadModelsCheckTest {

    private static final TopicPartition PARTITION = new TopicPartition("order-events", 3);
    private static final Map<TopicPartition, Long> ENDS = Map.of(PARTITION, 5L);
    private static final Instant ORDERED_AT = Instant.parse("2026-01-31T12:00:00Z");

    private static final Event CREATED =
            event(
                    "OrderCreated",
                    1,
                    """
                    "schemaVersion": 1, "customerId": "c", "orderedAt": "2026-01-31T12:00:00Z",
                    "items": [{"productId": "MUG", "description": "Mug", "quantity": 2, "unitPrice": "12.50"}]
                    """);
    private static final Event ADDED =
            event(
                    "OrderItemAdded",
                    2,
                    """
                    "item": {"productId": "PEN", "quantity": 3, "unitPrice": "0.07"}
                    """);
    private static final Event SUBMITTED = event("OrderSubmitted", 3, "\"schemaVersion\": 1");
    private static final Event PAID =
            event("OrderPaid", 4, "\"method\": \"card\", \"amount\": \"25.21\"");
    private static final Event CANCELLED = event("OrderCancelled", 5, "\"reason\": \"late\"");
    private static final Event RENAMED = customer(2, "Ada Lovelace");

    private static final List<Event> TOPICS =
            List.of(
                    CREATED,
                    ADDED,
                    customer(1, "Ada"),
                    SUBMITTED,
                    RENAMED,
                    PAID,
                    event("OrderCreated", "other", 1, CREATED.value()),
                    event("OrderSubmitted", "other", 2, SUBMITTED.value()));

    private final Map<String, Map<String, Object>> summaries = fold(TOPICS).summaries();
    private final Map<String, Map<String, Object>> details = fold(TOPICS).details();

    @Test
    void the_fold_is_what_was_worked_out_by_hand() {
        Fold fold = fold(List.of(CREATED, ADDED, RENAMED, SUBMITTED, PAID, CANCELLED));

        assertEquals(
                Map.of(
                        "customer_id", "c",
                        "customer_name", "Ada Lovelace",
                        "status", "CANCELLED",
                        "total", "25.21",
                        "currency", "EUR",
                        "item_count", 2L,
                        "created_at", ORDERED_AT,
                        "updated_at", at(5),
                        "version", 5L),
                fold.summaries().get("o"));
        Map<String, Object> detail = fold.details().get("o");
        assertEquals(
                Map.of("customerId", "c", "name", "Ada Lovelace", "country", "UK"),
                detail.remove("customer"));
        assertEquals(
                List.of(
                        Map.of(
                                "productId", "MUG",
                                "description", "Mug",
                                "quantity", 2L,
                                "unitPrice", "12.50",
                                "lineTotal", "25.00"),
                        Map.of(
                                "productId", "PEN",
                                "quantity", 3L,
                                "unitPrice", "0.07",
                                "lineTotal", "0.21")),
                detail.remove("items"));
        assertEquals(
                List.of(
                        Map.of("status", "CREATED", "at", at(1), "version", 1L),
                        Map.of("status", "SUBMITTED", "at", at(3), "version", 3L),
                        Map.of("status", "PAID", "at", at(4), "version", 4L),
                        Map.of(
                                "status",
                                "CANCELLED",
                                "at",
                                at(5),
                                "version",
                                5L,
                                "reason",
                                "late")),
                detail.remove("history"));
        assertEquals(Map.of("method", "card", "amount", "25.21"), detail.remove("payment"));
        assertEquals(
                Map.of(
                        "customerVersion",
                        2L,
                        "customerAt",
                        at(2),
                        "status",
                        "CANCELLED",
                        "currency",
                        "EUR",
                        "total",
                        "25.21",
                        "createdAt",
                        ORDERED_AT,
                        "updatedAt",
                        at(5),
                        "version",
                        5L),
                detail);
        assertEquals(
                Map.of(
                        "date",
                        ORDERED_AT.toString().substring(0, 10),
                        "currency",
                        "EUR",
                        "total",
                        "25.21",
                        "status",
                        "CANCELLED",
                        "is_submitted",
                        true,
                        "version",
                        5L),
                fold.stats().get("o"));
        Map<String, Object> document = fold.search().get("o");
        assertEquals(List.of("Mug"), document.get("descriptions"));
        assertEquals(List.of("MUG", "PEN"), document.get("productIds"));
        assertEquals("Ada Lovelace", document.get("customerName"));
        assertEquals("UK", document.get("country"));
        assertEquals(2L, document.get("customerVersion"));
        assertEquals("25.21", document.get("total"));
        assertEquals(5L, document.get("version"));
    }

    @Test
    void what_is_repeated_or_old_or_unknown_changes_nothing() {
        List<Event> repeated = new ArrayList<>(TOPICS);
        repeated.addAll(TOPICS);
        repeated.add(2, CREATED);
        repeated.add(event("OrderGiftWrapped", 5, "\"schemaVersion\": 1"));
        repeated.add(event("OrderSubmitted", "nobody", 1, SUBMITTED.value()));

        assertEquals(summaries, fold(repeated).summaries());
        assertEquals(details, fold(repeated).details());
    }

    @Test
    void every_field_of_every_row_counts() {
        for (var rows : List.of(summaries, details)) {
            for (String field : rows.get("o").keySet()) {
                var changed = copy(rows);
                Object before = changed.get("o").remove(field);
                assertEquals(
                        "order o: %s is not there, not %s".formatted(field, before),
                        differences(rows, changed).getFirst());
            }
        }
    }

    @Test
    void a_row_is_missing() {
        var changed = copy(summaries);
        var missing = changed.remove("o");

        assertEquals(
                List.of("order o is missing: " + missing, "money is {EUR=25.00}, not {EUR=50.21}"),
                differences(summaries, changed));
    }

    @Test
    void a_row_should_not_be_there() {
        var changed = copy(details);
        changed.put("unknown", Map.of("status", "CREATED"));

        assertEquals(
                List.of("order unknown should not be there: {status=CREATED}"),
                differences(details, changed));
    }

    @Test
    void the_money_in_statistics_is_that_of_the_orders() {
        Map<String, Map<String, Object>> rows =
                fold(List.of(CREATED, ADDED, SUBMITTED, PAID)).summaries();

        assertEquals(
                List.of(),
                ReadModelsCheck.differences(rows, Map.of("EUR", new BigDecimal("25.21"))));
        assertEquals(
                List.of("money in statistics is {EUR=25.20}, not {EUR=25.21}"),
                ReadModelsCheck.differences(rows, Map.of("EUR", new BigDecimal("25.20"))));
    }

    @Test
    void money_is_conserved() {
        var changed = copy(details);
        changed.get("o").put("total", "25.20");

        assertEquals(
                List.of(
                        "order o: total is 25.20, not 25.21",
                        "money is {EUR=50.20}, not {EUR=50.21}"),
                differences(details, changed));
    }

    @Test
    void a_checkpoint_is_at_the_end_and_not_beyond() {
        var expected = new ReadModel(summaries, ENDS);

        assertEquals(
                List.of("checkpoint of order-events-3 is 6, not 5"),
                ReadModelsCheck.differences(
                        expected, new ReadModel(summaries, Map.of(PARTITION, 6L))));
        assertEquals(
                List.of("checkpoint of order-events-3 is 0, not 5"),
                ReadModelsCheck.differences(expected, new ReadModel(summaries, Map.of())));
    }

    @Test
    void a_row_may_be_ahead_of_its_checkpoint_but_not_behind() {
        var behind = fold(List.of(CREATED)).details();
        var ahead = copy(details);
        ahead.get("o").put("version", 9L);

        assertEquals(List.of(), ReadModelsCheck.losses(details, ahead));
        assertEquals(
                List.of(
                        "order o: shows version 1, its checkpoint is behind version 4",
                        "order other: shows version 0, its checkpoint is behind version 2"),
                ReadModelsCheck.losses(details, behind));
    }

    private static List<String> differences(
            Map<String, Map<String, Object>> expected, Map<String, Map<String, Object>> actual) {
        return ReadModelsCheck.differences(
                new ReadModel(expected, ENDS), new ReadModel(actual, ENDS));
    }

    private static Fold fold(List<Event> events) {
        Fold fold = new Fold();
        events.forEach(fold::add);
        return fold;
    }

    private static Map<String, Map<String, Object>> copy(Map<String, Map<String, Object>> rows) {
        Map<String, Map<String, Object>> copy = new TreeMap<>();
        rows.forEach((orderId, row) -> copy.put(orderId, new TreeMap<>(row)));
        return copy;
    }

    private static Instant at(int version) {
        return ORDERED_AT.plusSeconds(version);
    }

    private static Event customer(long version, String name) {
        return event(
                "CustomerChanged",
                "c",
                version,
                "{\"name\": \"%s\", \"country\": \"UK\", \"at\": \"%s\"}"
                        .formatted(name, at((int) version)));
    }

    private static Event event(String type, int version, String fields) {
        return event(type, "o", version, "{\"at\": \"%s\", %s}".formatted(at(version), fields));
    }

    private static Event event(String type, String key, long version, String value) {
        return new Event(key, type, version, "somebody", value);
    }
}
