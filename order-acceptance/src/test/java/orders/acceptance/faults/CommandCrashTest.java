package orders.acceptance.faults;

import static java.util.stream.Collectors.toMap;
import static orders.acceptance.RunningSystem.unique;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restassured.path.json.JsonPath;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import orders.acceptance.Api;
import orders.acceptance.RunningSystem;
import orders.acceptance.WithRunningSystem;
import orders.acceptance.faults.ClientLog.Command;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/// Readers see nothing of a crash of order-command, once it is over.
@Tag("faults")
@ExtendWith(WithRunningSystem.class)
@ResourceLock("services")
class CommandCrashTest {

    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final int CLIENTS = 8;
    private static final int COMMANDS = 200;

    private final RunningSystem system;
    private final Api api;
    private final String prefix = unique("crash") + "-";

    CommandCrashTest(RunningSystem system) {
        this.system = system;
        this.api = new Api(system);
    }

    @Test
    void every_order_is_read_whole_after_order_command_was_killed() {
        var load = CommandLoad.start(List.of(system.commandUri()), prefix, CLIENTS);
        try (load) {
            load.awaitAccepted(COMMANDS);
            system.command().kill();
            system.command().start();
            load.awaitAccepted(COMMANDS);
        }

        Map<String, String> whole =
                load.log().answers().keySet().stream()
                        .map(Command::orderId)
                        .distinct()
                        .collect(toMap(id -> id, _ -> "7 SHIPPED 4", (a, _) -> a, TreeMap::new));
        await().atMost(DEADLINE).untilAsserted(() -> assertEquals(whole, listed()));
        whole.forEach((orderId, end) -> assertEquals(end, detail(orderId), orderId));
    }

    /// Version, status and number of lines of all orders.
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
                            "%s %s %s"
                                    .formatted(
                                            item.get("version"),
                                            item.get("status"),
                                            item.get("itemCount"))));
            String next = page.getString("nextCursor");
            cursor = next == null ? "" : "&cursor=" + next;
        } while (!cursor.isEmpty());
        return orders;
    }

    private String detail(String orderId) {
        JsonPath detail = api.read("/orders/" + orderId + "?minVersion=7").extract().jsonPath();
        return "%d %s %d"
                .formatted(
                        detail.getInt("version"),
                        detail.getString("order.status"),
                        detail.getList("order.items").size());
    }
}
