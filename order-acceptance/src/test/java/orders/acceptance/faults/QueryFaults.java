package orders.acceptance.faults;

import static orders.acceptance.RunningSystem.unique;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.path.json.JsonPath;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import orders.acceptance.faults.ReadLoad.Source;
import orders.devstack.ServerProcess;
import orders.devstack.ServiceProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/// Whatever breaks under load, the read models of order-query become what the events say, and no
/// read shows less than it promises.
@Tag("faults")
abstract class QueryFaults {

    static final FaultScale SCALE = FaultScale.chosen();
    private static final int SHOWN_VIOLATIONS = 20;
    private static final int READS_AFTERWARDS = 5;
    static final int HISTORY = 3_000;
    static final String STATISTICS = "/stats/daily?from=2010-12-01&to=2010-12-02";
    static final String ALL_STATISTICS = "/stats/daily?from=2010-12-01&to=2011-12-31";

    /// How many they count.
    static final String ORDERS = "days.orderCount.sum()";

    static final Duration RECOVERY = Duration.ofMinutes(3);
    private static final Duration REBUILD = Duration.ofMinutes(10);

    /// What is broken; a subclass starts it.
    static QuerySide side;

    private final String test;

    QueryFaults(TestInfo test) {
        this.test = test.getTestMethod().orElseThrow().getName();
    }

    interface Fault {
        void happen(EventLoad load, ReadLoad reads);
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
    void every_event_is_delivered_twice() {
        var load = EventLoad.start(side.bootstrapServers(), unique("order") + "-", true);
        underLoad(load, (_, _) -> load.awaitPublished(SCALE.between() * 10));
    }

    @Test
    void instances_are_killed_at_random_moments() {
        underLoad((load, reads) -> {
            for (int kill = 0; kill < SCALE.queryKills(); kill++) {
                load.awaitPublished(someEvents());
                ServiceProcess one = side.instances().get(kill / 2 % 2);
                switch (kill % 4) {
                    case 0, 2 -> one.kill();
                    case 1 -> side.instances().forEach(ServerProcess::kill);
                    default -> {
                        one.kill();
                        side.awaitApplied(side.otherThan(one));
                    }
                }
                assertNone(side.losses());
                side.startAll();
            }
        });
    }

    @Test
    void read_models_are_rebuilt_and_no_reader_notices() {
        underLoad((load, _) -> {
            load.publishAtOnce(HISTORY);
            Map<String, Long> before = rebuildAll();
            assertRebuilt(before, side.instances().getFirst());
        });
    }

    /// Has all projections rebuilt at once, by different instances; answers what is live before.
    static Map<String, Long> rebuildAll() {
        Map<String, Long> before = new HashMap<>();
        for (int i = 0; i < side.projections().size(); i++) {
            String name = side.projections().get(i);
            ServiceProcess builder = side.instances().get(i % side.instances().size());
            before.put(name, side.generation(builder, name));
            side.rebuild(builder, name);
        }
        return before;
    }

    static void assertRebuilt(Map<String, Long> before, ServiceProcess instance) {
        before.forEach((name, generation) -> {
            JsonPath rebuilt =
                    await().atMost(REBUILD)
                            .ignoreExceptions()
                            .until(
                                    () -> side.projection(instance, name),
                                    now ->
                                            now.getLong("generation") > generation
                                                    && now.get("rebuild") == null);
            assertEquals(generation + 1, rebuilt.getLong("generation"));
            assertEquals("LIVE", rebuilt.getString("state"));
        });
    }

    /// What another store shows is served all along, by instances that are ready.
    ///
    /// @param awaitServed waits until an instance has served it
    /// @param refused what nobody can answer meanwhile
    static void isAwayAndCrashes(
            ServerProcess server,
            Runnable crash,
            Consumer<URI> awaitServed,
            List<String> refused,
            EventLoad load,
            ReadLoad reads) {
        server.stop();
        expectLoss(server, reads);
        Instant end = Instant.now().plus(SCALE.outage());
        while (Instant.now().isBefore(end)) {
            for (ServiceProcess instance : side.instances()) {
                awaitServed.accept(instance.uri());
                assertTrue(instance.isReady(), instance.name() + " is not ready");
                refused.forEach(path -> side.assertUnavailable(instance, path));
            }
        }
        server.start();
        for (int time = 1; time <= SCALE.crashes(); time++) {
            load.awaitPublished(someEvents());
            crash.run();
            server.start();
        }
    }

    /// The embedded stand-in for MongoDB keeps its data in memory.
    private static void expectLoss(ServerProcess stopped, ReadLoad reads) {
        if (stopped == side.mongo()) {
            reads.mayBeLost(Source.DETAILS);
        }
    }

    /// A store loses all rows while it runs and events flow. Until it is filled again, no answer to
    /// `path` is presented as complete that counts less than before.
    ///
    /// @param count what an answer counts, which never gets less
    static void isEmptied(Runnable emptying, String path, String count, EventLoad load) {
        ServiceProcess first = side.instances().getFirst();
        side.awaitApplied(first);
        long before = side.get(first, path).getLong(count);
        emptying.run();
        load.awaitPublished(someEvents());
        for (ServiceProcess instance : side.instances()) {
            await().atMost(REBUILD)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() ->
                            side.answer(instance, path)
                                    .filter(answer -> isComplete(answer, count, before))
                                    .isPresent());
        }
    }

    private static boolean isComplete(JsonPath answer, String count, long before) {
        boolean isComplete = answer.getLong(count) >= before;
        assertTrue(
                isComplete || answer.getBoolean("stale"),
                () -> "complete, but " + answer.prettify());
        return isComplete;
    }

    final void underLoad(Fault fault) {
        underLoad(EventLoad.start(side.bootstrapServers(), unique("order") + "-", false), fault);
    }

    /// Lets `fault` happen under load, waits until it is over, and checks what then has to hold.
    private void underLoad(EventLoad load, Fault fault) {
        Instant started = Instant.now();
        var reads = ReadLoad.start(side.uris(), load);
        try (reads) {
            try (load) {
                load.awaitPublished(someEvents());
                fault.happen(load, reads);
                side.instances().forEach(instance -> assertServes(instance, reads));
            }
            side.awaitNoLag();
        } finally {
            report(load, reads, Duration.between(started, Instant.now()));
        }
        assertNone(load.failures());
        assertNone(side.differences());
        assertNone(reads.violations());
    }

    /// Events that are published before something breaks.
    static int someEvents() {
        return ThreadLocalRandom.current().nextInt(SCALE.between() / 4, SCALE.between());
    }

    /// It was not restarted, it is ready, and it serves reads of what was just published.
    static void assertServes(ServiceProcess instance, ReadLoad reads) {
        assertTrue(instance.isRunning(), instance.name() + " has died");
        await().atMost(RECOVERY).until(instance::isReady);
        for (Source source : Source.values()) {
            reads.awaitServed(instance.uri(), source, READS_AFTERWARDS);
        }
    }

    static void assertNone(List<String> violations) {
        assertEquals(
                List.of(),
                violations.stream().limit(SHOWN_VIOLATIONS).toList(),
                () -> violations.size() + " violations");
    }

    private void report(EventLoad load, ReadLoad reads, Duration time) {
        System.out.printf(
                "%s: %d events published and applied in %d ms; reads were answered %s%n",
                test, load.published(), time.toMillis(), reads.answers());
    }
}
