package orders.acceptance.faults;

import static orders.acceptance.RunningSystem.unique;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import orders.acceptance.TopicReader;
import orders.acceptance.TopicReader.Event;
import orders.acceptance.faults.WriteDatabase.Leader;
import orders.devstack.ServerProcess;
import orders.devstack.ServiceProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/// Whatever breaks under load, order-command keeps what it promised and recovers by itself.
@Tag("faults")
class CommandFaultsTest {

    private static final FaultScale SCALE = FaultScale.chosen();
    private static final int CLIENTS = 4;
    private static final int MANY_CLIENTS = 256;
    private static final int SHARED_ORDERS = 10;
    private static final int ITEMS_OF_A_CLIENT = 5;
    private static final int MORE_THAN_A_CONNECTION_HOLDS = 10_000_000;
    private static final int SHOWN_VIOLATIONS = 20;
    private static final int COMMANDS_AFTERWARDS = 20;
    private static final int REPEATED_COMMANDS = 100;

    /// To send a command again.
    private static final Set<String> GOOD_REASONS =
            Set.of(
                    "no answer",
                    "503 store-unavailable",
                    "503 overloaded",
                    "409 request-in-flight",
                    "409 concurrent-update");

    /// For what needs no fault to be over.
    private static final Duration SOON = Duration.ofSeconds(60);

    /// Many commands take longer.
    private static final Duration SHORTEST_ANSWER = Duration.ofMillis(10);

    private static final Duration RECOVERY = Duration.ofSeconds(60);
    private static final Duration DRAIN = Duration.ofSeconds(60);

    private static CommandSide side;

    private final String test;

    CommandFaultsTest(TestInfo test) {
        this.test = test.getTestMethod().orElseThrow().getName();
    }

    private interface Fault {
        void happen(CommandLoad load);
    }

    @BeforeAll
    static void start() {
        side = CommandSide.start();
    }

    @AfterAll
    static void stop() {
        side.close();
    }

    @AfterEach
    void repair() {
        side.startAll();
    }

    @Test
    void instances_are_killed_at_random_moments() {
        underLoad(CLIENTS, CommandFaultsTest::killInstances);
    }

    @Test
    void instances_are_killed_while_many_commands_are_committed_together() {
        underLoad(MANY_CLIENTS, CommandFaultsTest::killInstances);
    }

    private static void killInstances(CommandLoad load) {
        for (int kill = 0; kill < SCALE.kills(); kill++) {
            load.awaitAccepted(someCommands());
            ServiceProcess leader = side.leadingInstance();
            switch (kill % 4) {
                case 0 -> killAndReplace(leader, load);
                case 1 -> killAllWithKafka(load);
                case 2 -> killAndReplace(side.otherThan(leader), load);
                default -> side.instances().forEach(ServerProcess::kill);
            }
            side.startAll();
        }
    }

    @Test
    void the_relay_loses_its_connection() {
        underLoad(load -> {
            for (int cut = 1; cut <= SCALE.cuts(); cut++) {
                Leader leader = side.leader();
                load.awaitAccepted(someCommands());
                side.database().terminate(leader.pid());
                await().atMost(SOON).until(() -> side.leader().pid() != leader.pid());
            }
        });
    }

    @Test
    void a_leader_is_frozen_and_wakes_up_after_it_was_replaced() {
        underLoad(load -> {
            ServiceProcess leader = side.leadingInstance();
            leader.pause();
            assertLeads(side.otherThan(leader));
            assertFlowsFor(SCALE.outage(), load);
            leader.resume();
        });
    }

    /// The leader is not silent then: the database waits for it, and would for ever.
    @Test
    void a_leader_is_frozen_in_the_middle_of_reading_a_batch() {
        underLoad(load -> {
            ServiceProcess leader = side.leadingInstance();
            try (var _ = side.database().lockClaims()) {
                load.createLargeOrders(MORE_THAN_A_CONNECTION_HOLDS);
                leader.pause();
            }
            assertLeads(side.otherThan(leader));
            leader.resume();
        });
    }

    @Test
    void clients_hang_up_before_they_are_answered() {
        underLoad(load -> {
            for (int shorter = 1; shorter <= SCALE.cuts(); shorter++) {
                load.hangUpAfter(SHORTEST_ANSWER.multipliedBy(SCALE.cuts()).dividedBy(shorter));
                load.awaitAccepted(someCommands());
            }
            load.hangUpNoMore();
        });
    }

    @Test
    void kafka_is_away() {
        underLoad(load -> {
            side.kafka().stop();
            load.goOnFor(SCALE.outage());
            assertTrue(
                    side.instances().stream().allMatch(ServiceProcess::isReady),
                    "ready without Kafka");
            side.kafka().start();
        });
    }

    @Test
    void kafka_is_killed() {
        underLoad(load -> {
            for (int crash = 1; crash <= SCALE.crashes(); crash++) {
                load.awaitAccepted(someCommands());
                side.kafka().kill();
                side.kafka().start();
            }
        });
    }

    @Test
    void postgresql_crashes() {
        underLoad(load -> {
            for (int crash = 1; crash <= SCALE.crashes(); crash++) {
                load.awaitAccepted(someCommands());
                side.postgres().stopImmediately();
                side.postgres().start();
            }
        });
    }

    @Test
    void somebody_is_idle_in_a_transaction_and_keeps_the_dead_rows() {
        underLoad(load -> {
            try (var _ = side.database().holdSnapshot()) {
                assertFlowsFor(SCALE.outage(), load);
            }
        });
    }

    @Test
    void somebody_is_idle_in_a_transaction_and_locks_an_order() {
        underLoad(load -> {
            String orderId = load.createOrder();
            CompletableFuture<Void> addition;
            try (var _ = side.database().lock(orderId)) {
                addition = load.addItem(orderId);
                assertFlowsFor(SCALE.outage(), load);
                assertFalse(addition.isDone(), "the locked order was changed");
            }
            addition.join();
        });
    }

    @Test
    void many_clients_change_the_same_orders_by_both_instances() {
        underLoad(load -> {
            List<String> orders = Stream.generate(load::createOrder).limit(SHARED_ORDERS).toList();
            load.addItems(orders, MANY_CLIENTS, ITEMS_OF_A_CLIENT).join();
        });
    }

    @Test
    void many_clients_change_one_order_and_the_others_do_not_wait() {
        underLoad(load -> {
            var additions = load.addItems(List.of(load.createOrder()), MANY_CLIENTS, 1);
            load.createOrder();
            assertFalse(additions.isDone(), "another order has waited for all of them");
            additions.join();
        });
    }

    /// Lets `fault` happen under load, waits until it is over, and checks what then has to hold.
    private void underLoad(int clients, Fault fault) {
        Instant started = Instant.now();
        var load = CommandLoad.start(side.uris(), unique("order") + "-", clients);
        try (load) {
            load.awaitAccepted(someCommands());
            fault.happen(load);
            side.instances().forEach(instance -> assertRecovers(instance, load));
        }
        Instant ended = Instant.now();
        await().atMost(DRAIN).until(() -> side.database().backlog() == 0);
        Instant drained = Instant.now();
        load.repeatAccepted(REPEATED_COMMANDS);

        List<Event> topic = side.topics().all(TopicReader.ORDER_EVENTS, load.prefix());
        report(load, topic, Duration.between(started, ended), Duration.between(ended, drained));
        var orders = side.database().orders(load.prefix());
        assertNone(Invariants.violations(load.log().answers(), topic, orders));
        Set<String> reasons = new TreeSet<>(load.log().repeats().keySet());
        reasons.removeAll(GOOD_REASONS);
        assertEquals(Set.of(), reasons, "answers that no client should get");
    }

    private void underLoad(Fault fault) {
        underLoad(CLIENTS, fault);
    }

    /// Commands that are accepted before something breaks.
    private static int someCommands() {
        return ThreadLocalRandom.current().nextInt(SCALE.between() / 4, SCALE.between());
    }

    private static void killAndReplace(ServiceProcess instance, CommandLoad load) {
        instance.kill();
        assertLeads(side.otherThan(instance));
        load.awaitAccepted(someCommands());
    }

    /// Kafka first, so that the relay dies with events that it has and Kafka has not.
    private static void killAllWithKafka(CommandLoad load) {
        side.kafka().kill();
        load.awaitAccepted(someCommands());
        side.instances().forEach(ServerProcess::kill);
    }

    private static void assertLeads(ServiceProcess instance) {
        await().atMost(SOON).until(() -> side.leadingInstance() == instance);
    }

    /// For that long, commands are accepted and what is committed is published soon.
    private static void assertFlowsFor(Duration time, CommandLoad load) {
        Instant end = Instant.now().plus(time);
        while (Instant.now().isBefore(end)) {
            load.awaitAccepted(1);
            long committed = side.database().backlogEnd();
            await().atMost(SOON).until(() -> side.database().backlogUpTo(committed) == 0);
        }
    }

    /// It was not restarted, and it is ready and accepts commands again.
    private static void assertRecovers(ServiceProcess instance, CommandLoad load) {
        assertTrue(instance.isRunning(), instance.name() + " has died");
        await().atMost(RECOVERY).until(instance::isReady);
        int enough = load.log().acceptedBy(instance.uri()) + COMMANDS_AFTERWARDS;
        await().atMost(RECOVERY).until(() -> load.log().acceptedBy(instance.uri()) >= enough);
    }

    private static void assertNone(List<String> violations) {
        assertEquals(
                List.of(),
                violations.stream().limit(SHOWN_VIOLATIONS).toList(),
                () -> violations.size() + " violations");
    }

    private void report(CommandLoad load, List<Event> topic, Duration time, Duration drain) {
        long events = topic.stream().distinct().count();
        System.out.printf(
                "%s: %d commands accepted in %d ms, backlog drained in %d ms; %d events, %d of them"
                        + " repeated; clients tried again after %s%n",
                test,
                load.log().accepted(),
                time.toMillis(),
                drain.toMillis(),
                events,
                topic.size() - events,
                load.log().repeats());
    }
}
