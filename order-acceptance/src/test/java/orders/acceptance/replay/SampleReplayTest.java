package orders.acceptance.replay;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import orders.acceptance.RunningSystem;
import orders.acceptance.WithRunningSystem;
import orders.acceptance.check.CheckResult;
import orders.acceptance.check.ExpectedOrders;
import orders.acceptance.check.ReadSide;
import orders.acceptance.check.ReadSideCheck;
import orders.acceptance.http.RetryingClient;
import orders.acceptance.retail.RetailFile;
import orders.acceptance.retail.RetailNames;
import orders.acceptance.retail.RetailOrder;
import orders.acceptance.retail.RetailOrder.RetailItem;
import orders.devstack.Ports;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/// Real orders go in through the public API and read back to the cent.
@ExtendWith(WithRunningSystem.class)
class SampleReplayTest {

    private static final Path SAMPLE = Path.of("..", "samples", "online-retail-500.ndjson");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CONCURRENCY = 16;
    private static final BigDecimal CENT = new BigDecimal("0.01");

    private final RunningSystem system;
    private final List<RetailOrder> sample = RetailFile.read(SAMPLE);
    private final Statistics statistics = new Statistics();

    SampleReplayTest(RunningSystem system) throws IOException {
        this.system = system;
    }

    @Test
    @ResourceLock(value = "services", mode = ResourceAccessMode.READ)
    void the_sample_of_500_real_orders_reads_back_to_the_cent() {
        var names = new RetailNames("sample-");

        Map<String, String> tokens = feed(names, Pace.atATime(CONCURRENCY), _ -> {}).run(sample);

        assertEquals(Map.of(), statistics.errors());
        assertEquals(500, statistics.orders());
        assertEquals(409 + 500 + 500 + 18, statistics.commands());
        CheckResult result = check(sample, names, tokens);
        assertAgrees(result);
        // As the file says, counted by other means.
        assertEquals(Map.of("SUBMITTED", 482L, "CANCELLED", 18L), result.ordersByStatus());
        assertEquals(new BigDecimal("23414.62"), result.revenue());
    }

    @Test
    @ResourceLock("services")
    void killing_order_query_in_the_middle_of_a_replay_changes_nothing() {
        var names = new RetailNames("killed-query-");
        var done = new AtomicInteger();
        var feeding =
                CompletableFuture.supplyAsync(() ->
                        feed(names, Pace.perSecond(80), _ -> done.incrementAndGet()).run(sample));
        for (int part : List.of(100, 300)) {
            await().atMost(PATIENCE).until(() -> done.get() >= part);
            system.query().kill();
            system.query().start();
        }

        Map<String, String> tokens = feeding.join();
        assertEquals(Map.of(), statistics.errors());
        assertAgrees(check(sample, names, tokens));
    }

    @Test
    @ResourceLock(value = "services", mode = ResourceAccessMode.READ)
    void a_repeated_replay_finds_everything_there_and_agrees_again() {
        var first = replay("--file", SAMPLE.toString(), "--prefix", "repeated-");
        assertEquals(0, first.exitCode(), first.printed());
        assertTrue(first.printed().contains("Errors   none"), first.printed());
        assertTrue(first.printed().contains("The read side agrees with the file"), first.printed());

        var again = replay("--file", SAMPLE.toString(), "--prefix", "repeated-", "--rate", "400");
        assertEquals(0, again.exitCode(), again.printed());
        assertTrue(again.printed().contains("500 of them were there already"), again.printed());
        assertTrue(again.printed().contains("The read side agrees with the file"), again.printed());
    }

    @Test
    void a_replay_without_services_ends_with_a_reason() throws IOException {
        var nowhere = "http://127.0.0.1:" + Ports.free();
        var printed = new ByteArrayOutputStream();
        var out = new PrintStream(printed, true, StandardCharsets.UTF_8);

        int exitCode = Replay.run(out, "--file", SAMPLE.toString(), "--command-url", nowhere);

        assertEquals(1, exitCode);
        String words = printed.toString(StandardCharsets.UTF_8);
        assertTrue(words.contains("GET " + nowhere + "/q/health/ready"), words);
    }

    @Test
    void a_wrong_call_of_the_replay_is_told_the_right_one() {
        var printed = new ByteArrayOutputStream();
        var out = new PrintStream(printed, true, StandardCharsets.UTF_8);

        assertEquals(2, Replay.run(out, "--fiel", SAMPLE.toString()));
        assertEquals(2, Replay.run(out, "--file", "nothing.ndjson"));
        assertEquals(2, Replay.run(out, "--file", SAMPLE.toString(), "--concurrency", "0"));

        String words = printed.toString(StandardCharsets.UTF_8);
        assertTrue(words.contains("unknown setting --fiel"), words);
        assertTrue(words.contains("--concurrency N"), words);
        assertTrue(words.contains("Cannot read the orders"), words);
        assertTrue(words.contains("--concurrency is not above 0"), words);
    }

    /// A checker that never objects would prove nothing.
    @Test
    @ResourceLock(value = "services", mode = ResourceAccessMode.READ)
    void the_check_notices_every_kind_of_difference() {
        var names = new RetailNames("noticed-");
        List<RetailOrder> fed = sample.subList(0, 20);
        Map<String, String> tokens = feed(names, Pace.atATime(CONCURRENCY), _ -> {}).run(fed);
        assertAgrees(check(fed, names, tokens));

        RetailOrder first = fed.getFirst();
        RetailItem item = first.items().getFirst();
        RetailItem dearer = item(item, item.quantity(), item.unitPrice().add(CENT));
        RetailItem more = item(item, item.quantity() + 1, item.unitPrice());
        assertNoticed(fed, names, withItems(first, dearer), "total of submitted and not cancelled");
        assertNoticed(
                fed, names, withItems(first, dearer), "unitPrice the detail of order noticed-");
        assertNoticed(fed, names, withItems(first, more), "quantity the detail of order noticed-");
        assertNoticed(fed, names, withItems(first, item, item), "number of lines in the detail");
        assertNoticed(fed, names, withItems(first, item, item), "itemCount in the list, order");
        assertNoticed(fed, names, withItems(first, dearer), "the statistics of 2010-12-01 in GBP");
        assertNoticed(
                fed,
                names,
                withItems(first, described(item, "PERUVIAN CHESS SET")),
                "what the first order found by PERUVIAN CHESS SET has not");
        assertNoticed(
                fed, names, withItems(first, item, item), "itemCount in the search for orders of");
        assertNoticed(fed, names, at(first, "Peru", true, 0), "number of orders by status");
        assertNoticed(fed, names, at(first, "Peru", true, 0), "history in the detail");
        assertNoticed(fed, names, at(first, "Peru", false, 0), "country the detail");
        assertNoticed(fed, names, at(first, "Peru", false, 1), "createdAt in the list of customer");

        assertTrue(
                check(sample.subList(0, 21), names, tokens)
                        .differences()
                        .toString()
                        .contains("is missing"));
        assertEquals(
                List.of(names.orderId(fed.getLast())),
                check(fed.subList(0, 19), names, Map.of()).strangers());
    }

    private void assertNoticed(
            List<RetailOrder> fed, RetailNames names, RetailOrder changed, String difference) {
        List<RetailOrder> other = new ArrayList<>(fed);
        other.set(0, changed);
        List<String> noticed = check(other, names, Map.of()).differences();
        assertTrue(
                noticed.stream().anyMatch(words -> words.startsWith(difference)),
                () -> difference + " is not in " + noticed);
    }

    private static RetailItem item(RetailItem item, int quantity, BigDecimal unitPrice) {
        return new RetailItem(item.productId(), item.description(), quantity, unitPrice);
    }

    private static RetailItem described(RetailItem item, String description) {
        return new RetailItem(item.productId(), description, item.quantity(), item.unitPrice());
    }

    private static RetailOrder withItems(RetailOrder order, RetailItem first, RetailItem... more) {
        List<RetailItem> items = new ArrayList<>(order.items());
        items.set(0, first);
        items.addAll(List.of(more));
        return new RetailOrder(
                order.invoice(),
                order.customerId(),
                order.country(),
                order.invoicedAt(),
                order.cancelled(),
                items);
    }

    private static RetailOrder at(
            RetailOrder order, String country, boolean cancelled, long secondsLater) {
        return new RetailOrder(
                order.invoice(),
                order.customerId(),
                country,
                order.invoicedAt().plusSeconds(secondsLater),
                cancelled,
                order.items());
    }

    private Feed feed(RetailNames names, Pace pace, IntConsumer progress) {
        var commands = new RetryingClient(system.commandUri(), PATIENCE);
        return new Feed(commands, names, pace, statistics, progress);
    }

    private CheckResult check(
            List<RetailOrder> orders, RetailNames names, Map<String, String> tokens) {
        var readSide = new ReadSide(system.queryUri(), PATIENCE);
        ExpectedOrders expected = ExpectedOrders.of(orders, names);
        return new ReadSideCheck(readSide, expected, names.prefix(), CONCURRENCY).run(tokens);
    }

    private static void assertAgrees(CheckResult result) {
        assertEquals(List.of(), result.differences());
        assertEquals(List.of(), result.strangers());
    }

    private record Replayed(int exitCode, String printed) {}

    private Replayed replay(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--command-url", system.commandUri().toString()));
        all.addAll(List.of("--query-url", system.queryUri().toString()));
        var printed = new ByteArrayOutputStream();
        var out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        int exitCode = Replay.run(out, all.toArray(String[]::new));
        return new Replayed(exitCode, printed.toString(StandardCharsets.UTF_8));
    }
}
