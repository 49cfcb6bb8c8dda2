package orders.acceptance.faults;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restassured.path.json.JsonPath;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import orders.acceptance.faults.ReadLoad.Source;
import orders.devstack.ServiceProcess;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/// With search, and with statistics in PostgreSQL.
class QueryFaultsTest extends QueryFaults {

    /// After this long Kafka gives away what an instance had that is silent.
    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(10);

    QueryFaultsTest(TestInfo test) {
        super(test);
    }

    @BeforeAll
    static void start() {
        side = QuerySide.start();
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

    /// Without its offsets no read model advances: orders are shown as they were.
    @Test
    void postgresql_is_away_and_crashes() {
        underLoad((load, reads) ->
                isAwayAndCrashes(
                        side.postgres(),
                        side.postgres()::stopImmediately,
                        instance -> reads.awaitShown(instance, Source.DETAILS, 1),
                        List.of("/orders", STATISTICS),
                        load,
                        reads));
    }

    @Test
    void mongodb_is_away_and_crashes_and_loses_its_data_each_time() {
        underLoad((load, reads) -> {
            isAwayAndCrashes(
                    side.mongo(),
                    side.mongo()::kill,
                    instance -> reads.awaitServed(instance, Source.SUMMARIES, 1),
                    List.of("/orders/any"),
                    load,
                    reads);
            assertNothingIsParked();
        });
    }

    /// What was discarded stays so, though its store has forgotten everything.
    private static void assertNothingIsParked() {
        ServiceProcess instance = side.instances().getFirst();
        side.awaitApplied(instance);
        assertEquals(
                List.of(), side.get(instance, deadLetters("order-details")).getList("items.id"));
    }

    @Test
    void elasticsearch_is_away_and_crashes() {
        underLoad((load, reads) ->
                isAwayAndCrashes(
                        side.elasticsearch(),
                        side.elasticsearch()::kill,
                        instance -> reads.awaitServed(instance, Source.SUMMARIES, 1),
                        List.of("/orders/search?q=cup"),
                        load,
                        reads));
    }

    @Test
    void postgresql_is_emptied_while_it_runs() {
        underLoad((load, reads) -> {
            reads.mayBeLost(Source.SUMMARIES);
            isEmptied(side.stores()::emptyPostgres, ALL_STATISTICS, ORDERS, load);
        });
    }

    @Test
    void mongodb_is_emptied_while_it_runs() {
        underLoad((load, reads) -> {
            reads.mayBeLost(Source.DETAILS);
            side.stores().emptyMongo();
            load.awaitPublished(someEvents());
        });
    }

    @Test
    void elasticsearch_is_emptied_while_it_runs() {
        underLoad((load, _) ->
                isEmptied(
                        side.stores()::emptyElasticsearch,
                        "/orders/search?limit=1",
                        "total",
                        load));
    }

    @Test
    void kafka_is_away_and_crashes() {
        underLoad((load, reads) ->
                isAwayAndCrashes(
                        side.kafka(),
                        side.kafka()::kill,
                        instance -> reads.awaitServed(instance, Source.DETAILS, 1),
                        List.of(),
                        load,
                        reads));
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
    void builders_are_killed_half_way() {
        underLoad((load, _) -> {
            load.publishAtOnce(HISTORY);
            ServiceProcess one = side.instances().getFirst();
            ServiceProcess other = side.otherThan(one);
            Map<String, Long> before = rebuildAll();
            String name = side.projections().getFirst();
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
            for (String name : side.projections()) {
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

    /// Waits until a rebuild, which is not finished, is past so many events; answers how many.
    private static long awaitBuilt(long events, ServiceProcess instance, String name) {
        return await().atMost(RECOVERY)
                .until(
                        () -> side.projection(instance, name).getLong("rebuild.processed"),
                        built -> built > events);
    }

    private static void assertShows(
            int version, boolean isStale, ServiceProcess instance, String orderId) {
        JsonPath shown = side.get(instance, "/orders/" + orderId);
        assertEquals(version, shown.getInt("version"));
        assertEquals(isStale, shown.getBoolean("stale"));
    }
}
