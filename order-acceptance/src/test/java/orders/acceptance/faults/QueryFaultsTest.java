package orders.acceptance.faults;

import static orders.acceptance.RunningSystem.unique;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.path.json.JsonPath;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import orders.acceptance.faults.ReadLoad.Source;
import orders.devstack.ServerProcess;
import orders.devstack.ServiceProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/// Whatever breaks under load, the read models of order-query become what the events say, and no
/// read shows less than it promises.
class QueryFaultsTest {

    private static final FaultScale SCALE = FaultScale.chosen();
    private static final int SHOWN_VIOLATIONS = 20;
    private static final int READS_AFTERWARDS = 5;
    private static final int HISTORY = 3_000;
    private static final Duration RECOVERY = Duration.ofSeconds(30);
    private static final Duration REBUILD = Duration.ofMinutes(3);

    /// After this long Kafka gives away what an instance had that is silent.
    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(10);

    private static QuerySide side;

    private final String test;

    QueryFaultsTest(TestInfo test) {
        this.test = test.getTestMethod().orElseThrow().getName();
    }

    private interface Fault {
        void happen(EventLoad load, ReadLoad reads);
    }

    @BeforeAll
    static void start() {
        side = QuerySide.start();
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
    void instances_leave_and_join() {
        underLoad((load, reads) -> {
            for (int round = 1; round <= SCALE.crashes(); round++) {
                for (ServiceProcess one : side.instances()) {
                    load.awaitPublished(someEvents());
                    one.stop();
                    assertServes(side.otherThan(one), reads);
                    one.start();
                    assertServes(one, reads);
                }
            }
        });
    }

    @Test
    void postgresql_is_away_and_crashes() {
        underLoad((load, reads) ->
                isAwayAndCrashes(
                        side.postgres(),
                        side.postgres()::stopImmediately,
                        Source.DETAILS,
                        load,
                        reads));
    }

    @Test
    void mongodb_is_away_and_crashes() {
        underLoad((load, reads) ->
                isAwayAndCrashes(side.mongo(), side.mongo()::kill, Source.SUMMARIES, load, reads));
    }

    @Test
    void elasticsearch_is_away_and_crashes() {
        underLoad((load, reads) ->
                isAwayAndCrashes(
                        side.elasticsearch(),
                        side.elasticsearch()::kill,
                        Source.SUMMARIES,
                        load,
                        reads));
    }

    @Test
    void kafka_is_away_and_crashes() {
        underLoad((load, reads) ->
                isAwayAndCrashes(side.kafka(), side.kafka()::kill, Source.DETAILS, load, reads));
    }

    @Test
    void an_instance_is_frozen_until_it_has_lost_its_partitions_and_wakes_up() {
        underLoad((load, reads) -> {
            ServiceProcess frozen = side.instances().getFirst();
            Instant end = Instant.now().plus(SESSION_TIMEOUT).plus(SCALE.outage());
            frozen.pause();
            side.awaitApplied(side.otherThan(frozen));
            await().atMost(RECOVERY).until(() -> Instant.now().isAfter(end));
            frozen.resume();
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

    @Test
    void builders_are_killed_half_way() {
        underLoad((load, _) -> {
            load.publishAtOnce(HISTORY);
            ServiceProcess one = side.instances().getFirst();
            ServiceProcess other = side.otherThan(one);
            Map<String, Long> before = rebuildAll();
            String name = QuerySide.PROJECTIONS.getFirst();
            long built = awaitBuilt(0, one, name);
            one.kill();
            awaitBuilt(built, other, name);
            other.kill();
            assertNone(side.losses());
            side.startAll();
            assertRebuilt(before, one);
        });
    }

    @Test
    void an_event_that_nobody_knows_holds_up_its_own_order_only() {
        underLoad((load, reads) -> {
            String orderId = load.prefix() + "wrapped";
            SampleEvents.giftWrapped(orderId, load.prefix() + "customer-1").forEach(load::publish);
            ServiceProcess instance = side.instances().getFirst();
            Map<String, String> letterIds = new HashMap<>();
            for (String name : QuerySide.PROJECTIONS) {
                JsonPath letters =
                        await().atMost(RECOVERY)
                                .until(
                                        () -> side.get(instance, deadLetters(name)),
                                        found -> found.getList("items.held").equals(List.of(1)));
                assertEquals(List.of(orderId), letters.getList("items.orderId"));
                assertEquals("OrderGiftWrapped", letters.getString("items[0].type"));
                letterIds.put(name, letters.getString("items[0].id"));
            }
            assertShows(1, true, instance, orderId);
            assertServes(instance, reads);
            letterIds.forEach((name, id) ->
                    side.post(
                            instance,
                            deadLetters(name) + "/" + id + "/discard",
                            "{\"reason\": \"no ribbons here\"}"));
            await().atMost(RECOVERY).untilAsserted(() -> assertShows(3, false, instance, orderId));
        });
    }

    private static String deadLetters(String projection) {
        return "/projections/" + projection + "/dead-letters";
    }

    /// Has all projections rebuilt at once, by different instances; answers what is live before.
    private static Map<String, Long> rebuildAll() {
        Map<String, Long> before = new HashMap<>();
        for (int i = 0; i < QuerySide.PROJECTIONS.size(); i++) {
            String name = QuerySide.PROJECTIONS.get(i);
            ServiceProcess builder = side.instances().get(i % side.instances().size());
            before.put(name, side.generation(builder, name));
            side.rebuild(builder, name);
        }
        return before;
    }

    /// Waits until a rebuild, which is not finished, is past so many events; answers how many.
    private static long awaitBuilt(long events, ServiceProcess instance, String name) {
        return await().atMost(RECOVERY)
                .until(
                        () -> side.projection(instance, name).getLong("rebuild.processed"),
                        built -> built > events);
    }

    private static void assertRebuilt(Map<String, Long> before, ServiceProcess instance) {
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

    private static void assertShows(
            int version, boolean isStale, ServiceProcess instance, String orderId) {
        JsonPath shown = side.get(instance, "/orders/" + orderId);
        assertEquals(version, shown.getInt("version"));
        assertEquals(isStale, shown.getBoolean("stale"));
    }

    /// What the other store shows is served all along.
    private static void isAwayAndCrashes(
            ServerProcess server, Runnable crash, Source served, EventLoad load, ReadLoad reads) {
        server.stop();
        Instant end = Instant.now().plus(SCALE.outage());
        while (Instant.now().isBefore(end)) {
            side.uris().forEach(instance -> reads.awaitServed(instance, served, 1));
        }
        server.start();
        for (int time = 1; time <= SCALE.crashes(); time++) {
            load.awaitPublished(someEvents());
            crash.run();
            server.start();
        }
    }

    private void underLoad(Fault fault) {
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
    private static int someEvents() {
        return ThreadLocalRandom.current().nextInt(SCALE.between() / 4, SCALE.between());
    }

    /// It was not restarted, it is ready, and it serves reads of what was just published.
    private static void assertServes(ServiceProcess instance, ReadLoad reads) {
        assertTrue(instance.isRunning(), instance.name() + " has died");
        await().atMost(RECOVERY).until(instance::isReady);
        for (Source source : Source.values()) {
            reads.awaitServed(instance.uri(), source, READS_AFTERWARDS);
        }
    }

    private static void assertNone(List<String> violations) {
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
