package orders.query.projection;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import orders.model.Topics;
import orders.query.Events;
import orders.query.offsets.Checkpoint;
import orders.query.offsets.Generation;
import orders.query.offsets.ProjectionStatus;
import orders.query.projection.FakeReadModel.Seen;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What becomes of polls. Each event begins an order, which is called after partition and offset:
/// `0-10`.
class ProjectionConsumerTest {

    private static final TopicPartition FIRST = new TopicPartition(Topics.ORDER_EVENTS, 0);
    private static final TopicPartition SECOND = new TopicPartition(Topics.ORDER_EVENTS, 1);
    private static final int BATCH_SIZE = 4;

    private final FakeReadModel readModel = new FakeReadModel();
    private final Projection projection = readModel.projection();

    /// Offsets that were sought and committed, oldest first.
    private final List<Map<TopicPartition, Long>> sought = new CopyOnWriteArrayList<>();

    private final List<Map<TopicPartition, Long>> committed = new CopyOnWriteArrayList<>();

    /// Where polls have ended when they are sought.
    private final Map<TopicPartition, Long> polled = new ConcurrentHashMap<>();

    /// Whether Kafka has a record.
    private volatile Predicate<ConsumerRecord<String, byte[]>> isInKafka = _ -> true;

    private final ProjectionConsumer<Seen> consumer =
            new ProjectionConsumer<>(
                    projection,
                    readModel,
                    readModel.offsets,
                    new FakeFirstRecords(),
                    new FakeMember(),
                    BATCH_SIZE);

    @AfterEach
    void stop() {
        readModel.outcome = Uni.createFrom().voidItem();
        consumer.stop().join();
    }

    @Test
    void a_partition_goes_on_at_its_checkpoint() {
        checkpoint(1, Map.of(FIRST, 10L));
        consumer.assigned(Set.of(FIRST, SECOND));
        await().until(() -> sought.equals(List.of(Map.of(FIRST, 10L, SECOND, 0L))));

        poll(FIRST, 8, 9, 10, 11);
        poll(SECOND, 0);

        awaitApplied("0-10", "0-11", "1-0");
    }

    @Test
    void what_was_applied_already_is_skipped() {
        checkpoint(1, Map.of(FIRST, 2L));
        consumer.assigned(Set.of(FIRST));

        poll(FIRST, 0, 1, 2);

        awaitApplied("0-2");
    }

    @Test
    void a_topic_that_was_cut_off_is_applied_from_where_kafka_begins_again() {
        checkpoint(1, Map.of(FIRST, 10L));
        consumer.assigned(Set.of(FIRST));
        poll(FIRST, 9, 10, 11);
        poll(FIRST, 12);
        awaitApplied("0-10", "0-11", "0-12");

        poll(FIRST, 7, 8);

        awaitApplied("0-10", "0-11", "0-12", "0-7", "0-8");
    }

    @Test
    void polls_from_before_a_seek_are_not_taken_for_a_topic_that_was_cut_off() {
        checkpoint(1, Map.of(FIRST, 10L));
        polled.put(FIRST, 12L);
        consumer.assigned(Set.of(FIRST));

        poll(FIRST, 4, 5);
        poll(FIRST, 6, 7, 8, 9, 10, 11);
        poll(FIRST, 10, 11, 12);
        poll(FIRST, 13);

        awaitApplied("0-10", "0-11", "0-12", "0-13");
    }

    @Test
    void two_seeks_before_the_first_comes_are_none_either() {
        consumer.assigned(Set.of(FIRST));
        poll(FIRST, 0, 1, 2);
        awaitApplied("0-0", "0-1", "0-2");
        for (long generation = 2; generation <= 3; generation++) {
            polled.put(FIRST, 3L);
            checkpoint(generation, Map.of(FIRST, 1L));
            int before = sought.size();
            consumer.check();
            await().until(() -> sought.size() > before);
        }

        poll(FIRST, 1, 2);
        poll(FIRST, 1, 2, 3);

        awaitApplied("0-0", "0-1", "0-2", "0-1", "0-2", "0-3");
    }

    @Test
    void what_was_polled_before_a_seek_is_applied_once() {
        polled.put(FIRST, 2L);
        consumer.assigned(Set.of(FIRST));

        poll(FIRST, 0, 1);
        poll(FIRST, 0, 1, 2);
        awaitApplied("0-0", "0-1", "0-2");
    }

    @Test
    void a_poll_is_acknowledged_while_the_one_before_is_applied() {
        var slow = slowStore();
        consumer.assigned(Set.of(FIRST));
        poll(FIRST, 0);
        await().until(slow::isBusy);

        assertTrue(poll(FIRST, 1).getAsBoolean());
        assertTrue(poll(FIRST, 2).getAsBoolean());

        slow.answer();
        awaitApplied("0-0", "0-1", "0-2");
        assertEquals(List.of(1, 2), batches());
    }

    @Test
    void when_a_batch_waits_the_poll_is_acknowledged_once_that_is_taken() {
        var slow = slowStore();
        consumer.assigned(Set.of(FIRST));
        poll(FIRST, 0);
        await().until(slow::isBusy);
        poll(FIRST, 1, 2);

        BooleanSupplier last = poll(FIRST, 3, 4);
        assertFalse(last.getAsBoolean());

        slow.answer();
        await().until(last::getAsBoolean);
        awaitApplied("0-0", "0-1", "0-2", "0-3", "0-4");
    }

    @Test
    void a_store_that_is_away_is_waited_for() {
        readModel.outcome = Uni.createFrom().failure(new IOException("refused"));
        consumer.assigned(Set.of(FIRST));
        poll(FIRST, 0, 1);
        await().until(() -> projection.lastError().isPresent());

        readModel.outcome = Uni.createFrom().voidItem();

        awaitApplied("0-0", "0-1");
        await().until(() -> projection.lastError().isEmpty());
    }

    @Test
    void what_kafka_has_between_the_checkpoint_and_a_poll_is_polled_again() {
        consumer.assigned(Set.of(FIRST));
        await().until(() -> sought.size() == 1);

        poll(FIRST, 5, 6);
        await().until(() -> sought.size() == 2);
        assertEquals(Map.of(FIRST, 0L), sought.getLast());
        assertEquals(List.of(), applied());

        poll(FIRST, 0, 1, 2, 3, 4, 5);
        awaitApplied("0-0", "0-1", "0-2", "0-3", "0-4", "0-5");
    }

    @Test
    void what_kafka_does_not_have_any_more_is_passed() {
        isInKafka = record -> record.offset() < 2 || record.offset() > 4;
        consumer.assigned(Set.of(FIRST));

        poll(FIRST, 0, 1);
        poll(FIRST, 5, 6);

        awaitApplied("0-0", "0-1", "0-5", "0-6");
    }

    @Test
    void gaps_within_polls_that_wait_together_are_passed_one_by_one() {
        isInKafka = record -> record.offset() % 2 == 0;
        var slow = slowStore();
        consumer.assigned(Set.of(FIRST));
        poll(FIRST, 0);
        await().until(slow::isBusy);

        poll(FIRST, 2);
        poll(FIRST, 4);
        poll(FIRST, 6);
        slow.answer();

        awaitApplied("0-0", "0-2", "0-4", "0-6");
    }

    @Test
    void a_single_poll_leaves_out_only_what_kafka_does_not_have() {
        consumer.assigned(Set.of(FIRST));

        poll(FIRST, 0, 3, 7);

        awaitApplied("0-0", "0-3", "0-7");
    }

    @Test
    void of_another_generation_it_goes_on_at_the_checkpoints() {
        consumer.assigned(Set.of(FIRST, SECOND));
        poll(FIRST, 0, 1);
        awaitApplied("0-0", "0-1");

        checkpoint(2, Map.of(FIRST, 1L));
        consumer.check();

        await().until(() -> sought.getLast().equals(Map.of(FIRST, 1L, SECOND, 0L)));
        poll(FIRST, 1, 2);
        awaitApplied("0-0", "0-1", "0-1", "0-2");
    }

    @Test
    void what_another_member_has_now_is_not_applied_any_more() {
        consumer.assigned(Set.of(FIRST, SECOND));
        await().until(() -> sought.size() == 1);
        var slow = slowStore();
        poll(SECOND, 0);
        await().until(slow::isBusy);
        poll(FIRST, 0);

        consumer.revoked(Set.of(FIRST));
        slow.answer();

        poll(SECOND, 1);
        awaitApplied("1-0", "1-1");
    }

    @Test
    void kafka_is_told_what_is_applied() {
        consumer.assigned(Set.of(FIRST, SECOND));
        poll(FIRST, 0, 1);
        poll(SECOND, 0);
        awaitApplied("0-0", "0-1", "1-0");
        assertEquals(List.of(), committed);

        consumer.check();
        await().until(() -> committed.equals(List.of(Map.of(FIRST, 2L, SECOND, 1L))));
    }

    @Test
    void nothing_is_applied_to_a_shape_that_is_newer_than_this_instance() {
        status(1, readModel.shapeVersion() + 1, Map.of());
        consumer.assigned(Set.of(FIRST));
        poll(FIRST, 0);

        await().until(() -> projection.lastError().isPresent());
        assertEquals(List.of(), applied());
    }

    @Test
    void rows_of_an_older_shape_are_made_ready_for_what_is_written_now() {
        status(1, readModel.shapeVersion() - 1, Map.of());
        consumer.assigned(Set.of(FIRST));
        poll(FIRST, 0);

        await().until(() -> !applied().isEmpty());
        assertEquals(1, readModel.created.size());
    }

    @Test
    void a_stop_finishes_the_batch_in_hand_and_tells_kafka() {
        var slow = slowStore();
        consumer.assigned(Set.of(FIRST));
        poll(FIRST, 0);
        await().until(slow::isBusy);
        poll(FIRST, 1);

        CompletableFuture<Void> stopped = consumer.stop();
        assertFalse(poll(FIRST, 2).getAsBoolean());
        slow.answer();

        stopped.join();
        assertEquals(List.of("0-0"), applied());
        assertEquals(List.of(Map.of(FIRST, 1L)), committed);
    }

    @Test
    void a_stop_does_not_wait_for_a_store_that_is_away() {
        readModel.outcome = Uni.createFrom().failure(new IOException("refused"));
        consumer.assigned(Set.of(FIRST));
        poll(FIRST, 0);
        await().until(() -> projection.lastError().isPresent());

        consumer.stop().join();

        assertEquals(List.of(), applied());
        assertEquals(List.of(), committed);
    }

    /// Answers whether it is acknowledged.
    private BooleanSupplier poll(TopicPartition partition, long... offsets) {
        var records = LongStream.of(offsets).mapToObj(offset -> record(partition, offset)).toList();
        var acknowledged =
                consumer.consume(new ConsumerRecords<>(Map.of(partition, records), Map.of()))
                        .subscribeAsCompletionStage();
        return acknowledged::isDone;
    }

    private static ConsumerRecord<String, byte[]> record(TopicPartition partition, long offset) {
        var sent =
                Events.record(partition.partition() + "-" + offset, 1, Events.created("customer"));
        return new ConsumerRecord<>(
                partition.topic(),
                partition.partition(),
                offset,
                Events.AT.toEpochMilli(),
                TimestampType.CREATE_TIME,
                0,
                sent.value().length,
                sent.key(),
                sent.value(),
                sent.headers(),
                Optional.empty());
    }

    private void awaitApplied(String... orderIds) {
        await().untilAsserted(() -> assertEquals(List.of(orderIds), applied()));
    }

    /// Ids of the orders that were written, batch by batch.
    private List<String> applied() {
        return readModel.written.stream()
                .flatMap(changes -> changes.views().stream().map(Seen::orderId).sorted())
                .toList();
    }

    private List<Integer> batches() {
        return readModel.written.stream().map(changes -> changes.views().size()).toList();
    }

    private void checkpoint(long generation, Map<TopicPartition, Long> next) {
        readModel.rows.clear();
        status(generation, readModel.shapeVersion(), next);
    }

    private void status(long generation, int shapeVersion, Map<TopicPartition, Long> next) {
        readModel.status =
                Uni.createFrom()
                        .item(
                                new ProjectionStatus(
                                        new Generation(generation, true, FakeReadModel.MARKER),
                                        shapeVersion,
                                        next.entrySet().stream()
                                                .map(each ->
                                                        new Checkpoint(
                                                                each.getKey(),
                                                                each.getValue(),
                                                                Optional.empty()))
                                                .toList(),
                                        false,
                                        0,
                                        Optional.empty()));
    }

    /// Lets the store take its time with the next batch.
    private SlowStore slowStore() {
        var slow = new SlowStore();
        readModel.outcome = Uni.createFrom().emitter(slow.writes::add);
        return slow;
    }

    private final class SlowStore {

        private final List<UniEmitter<? super Void>> writes = new CopyOnWriteArrayList<>();

        boolean isBusy() {
            return !writes.isEmpty();
        }

        void answer() {
            readModel.outcome = Uni.createFrom().voidItem();
            writes.forEach(write -> write.complete(null));
        }
    }

    private final class FakeMember extends GroupMember {

        FakeMember() {
            super("fake", null, null);
        }

        @Override
        Uni<Map<TopicPartition, Sought>> seek(Map<TopicPartition, Long> offsets) {
            sought.add(Map.copyOf(offsets));
            Map<TopicPartition, Sought> places = new HashMap<>();
            offsets.forEach((partition, offset) ->
                    places.put(partition, new Sought(offset, polled.getOrDefault(partition, 0L))));
            return Uni.createFrom().item(places);
        }

        @Override
        void commit(Map<TopicPartition, Long> next) {
            committed.add(Map.copyOf(next));
        }
    }

    private final class FakeFirstRecords extends FirstRecords {

        FakeFirstRecords() {
            super(null);
        }

        @Override
        Uni<Map<TopicPartition, ConsumerRecord<String, byte[]>>> from(
                Map<TopicPartition, Long> offsets) {
            Map<TopicPartition, ConsumerRecord<String, byte[]>> first = new HashMap<>();
            offsets.forEach((partition, from) ->
                    LongStream.iterate(from, offset -> offset + 1)
                            .mapToObj(offset -> record(partition, offset))
                            .filter(isInKafka)
                            .findFirst()
                            .ifPresent(record -> first.put(partition, record)));
            return Uni.createFrom().item(first);
        }
    }
}
