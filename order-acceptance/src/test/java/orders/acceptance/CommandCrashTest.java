package orders.acceptance;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;
import static orders.acceptance.RunningSystem.unique;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;
import orders.acceptance.CommandLoad.Acknowledged;
import orders.acceptance.CommandLoad.Sent;
import orders.acceptance.TopicReader.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/// What clients were promised holds when order-command dies at any moment.
@ExtendWith(WithRunningSystem.class)
@ResourceLock("services")
class CommandCrashTest {

    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final int KILLS = 4;
    private static final int CLIENTS = 8;
    private static final int COMMANDS_BETWEEN_KILLS = 200;

    private final RunningSystem system;
    private final Api api;
    private final String prefix = unique("crash") + "-";

    CommandCrashTest(RunningSystem system) {
        this.system = system;
        this.api = new Api(system);
    }

    @Test
    void killing_order_command_loses_no_acknowledged_command_and_invents_none()
            throws IOException, InterruptedException {
        var load = new CommandLoad(system.commandUri(), prefix);
        try (load) {
            load.start(CLIENTS);
            for (int kill = 1; kill <= KILLS; kill++) {
                int enough = load.acknowledged().size() + COMMANDS_BETWEEN_KILLS;
                await().atMost(DEADLINE).until(() -> load.acknowledged().size() >= enough);
                load.serviceGoesAway();
                system.command().kill();
                system.command().start();
                load.serviceComesBack();
            }
        }
        // The state has to go on where the events are: one more command for each order that is
        // there.
        for (String orderId :
                Set.copyOf(load.sent().values().stream().map(Sent::orderId).toList())) {
            load.cancel(orderId);
        }

        assertEquals(List.of(), load.unexpected());
        await().atMost(DEADLINE)
                .untilAsserted(() -> assertAllAcknowledgedAreIn(topic(), load.acknowledged()));
        List<Event> events = topic();
        assertVersionsHaveNoGaps(events);
        assertNothingIsInvented(events, load.sent());
        assertReadSideIsTheFoldOf(events);
    }

    private List<Event> topic() {
        return system.topics().all(TopicReader.ORDER_EVENTS).stream()
                .filter(event -> event.key().startsWith(prefix))
                .toList();
    }

    private static void assertAllAcknowledgedAreIn(
            List<Event> events, Collection<Acknowledged> acknowledged) {
        Set<Acknowledged> published =
                events.stream()
                        .map(event ->
                                new Acknowledged(
                                        event.key(), event.version(), event.correlationId()))
                        .collect(toSet());
        Set<Acknowledged> lost = new HashSet<>(acknowledged);
        lost.removeAll(published);
        assertEquals(Set.of(), lost, "acknowledged, but not in the topic");
    }

    private static void assertVersionsHaveNoGaps(List<Event> events) {
        Map<String, List<Event>> byOrder = events.stream().collect(groupingBy(Event::key));
        byOrder.forEach((orderId, ofOrder) -> {
            List<Long> firsts = ofOrder.stream().map(Event::version).distinct().toList();
            List<Long> whole = LongStream.rangeClosed(1, firsts.size()).boxed().toList();
            assertEquals(whole, firsts, "first occurrences of versions of " + orderId);
        });
    }

    /// Each event is the effect of one command that a client sent, and each command has at most
    /// one.
    private static void assertNothingIsInvented(List<Event> events, Map<String, Sent> sent) {
        Map<String, Long> effects = new HashMap<>();
        Map<String, String> values = new HashMap<>();
        for (Event event : events) {
            assertEquals(
                    new Sent(event.key(), event.type()),
                    sent.get(event.correlationId()),
                    "what the client of " + event + " sent");
            Long other = effects.putIfAbsent(event.correlationId(), event.version());
            assertTrue(other == null || other == event.version(), () -> "second effect: " + event);
            String before = values.putIfAbsent(event.key() + " " + event.version(), event.value());
            assertTrue(
                    before == null || before.equals(event.value()),
                    () -> "another event of the same version: " + event);
        }
    }

    private void assertReadSideIsTheFoldOf(List<Event> events) {
        Map<String, SortedMap<Long, String>> typesByVersion = new TreeMap<>();
        for (Event event : events) {
            typesByVersion
                    .computeIfAbsent(event.key(), _ -> new TreeMap<>())
                    .put(event.version(), event.type());
        }
        Map<String, String> fold = new TreeMap<>();
        typesByVersion.forEach((orderId, types) -> fold.put(orderId, folded(types.values())));
        await().atMost(DEADLINE)
                .untilAsserted(() -> assertEquals(fold, listed(), "the list and the topic"));
        fold.forEach((orderId, folded) ->
                assertEquals(folded, detail(orderId, typesByVersion.get(orderId).size()), orderId));
    }

    /// Version, status and number of lines after events of these types.
    private static String folded(Collection<String> types) {
        String status = "none";
        int lines = 0;
        for (String type : types) {
            switch (type) {
                case "OrderCreated" -> {
                    status = "CREATED";
                    lines = 1;
                }
                case "OrderItemAdded" -> lines++;
                case "OrderSubmitted" -> status = "SUBMITTED";
                case "OrderCancelled" -> status = "CANCELLED";
                default -> throw new AssertionError(type);
            }
        }
        return types.size() + " " + status + " " + lines;
    }

    private Map<String, String> listed() {
        Map<String, String> orders = new TreeMap<>();
        String list = "/orders?limit=200&customerId=" + prefix + "customer";
        String cursor = "";
        do {
            JsonPath page = api.read(list + cursor).extract().jsonPath();
            List<Map<String, Object>> items = page.getList("items");
            items.forEach(item ->
                    orders.put(
                            (String) item.get("orderId"),
                            item.get("version")
                                    + " "
                                    + item.get("status")
                                    + " "
                                    + item.get("itemCount")));
            String next = page.getString("nextCursor");
            cursor = next == null ? "" : "&cursor=" + next;
        } while (!cursor.isEmpty());
        return orders;
    }

    private String detail(String orderId, int version) {
        JsonPath detail =
                api.read("/orders/" + orderId + "?minVersion=" + version).extract().jsonPath();
        return detail.getInt("version")
                + " "
                + detail.getString("order.status")
                + " "
                + detail.getList("order.items").size();
    }
}
