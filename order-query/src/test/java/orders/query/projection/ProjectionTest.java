package orders.query.projection;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import orders.model.ConsistencyToken.Kind;
import orders.query.Events;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class ProjectionTest {

    private final FakeReadModel readModel = new FakeReadModel();
    private final Projection projection = readModel.projection();

    @Test
    void a_poll_is_applied_with_the_offsets_behind_it() {
        projection
                .consume(
                        poll(
                                Events.record("o1", 1, Events.created("ada")),
                                Events.record("o1", 2, Events.SUBMITTED)))
                .await()
                .atMost(Duration.ofSeconds(5));

        Batch batch = readModel.applied.getFirst();
        assertEquals(List.of(1L, 2L), batch.orders().stream().map(OrderChange::version).toList());
        assertEquals(
                List.of(12L), batch.checkpoints().stream().map(Checkpoint::nextOffset).toList());
        assertFalse(projection.isBehind());
    }

    @Test
    void of_a_customer_the_newest_counts() {
        projection
                .consume(
                        poll(
                                Events.record("ada", 2, Events.changed("Ada L.")),
                                Events.record("ada", 1, Events.registered("Ada"))))
                .await()
                .atMost(Duration.ofSeconds(5));

        assertEquals(
                List.of("Ada L."),
                readModel.applied.getFirst().customers().stream()
                        .map(change -> change.customer().name())
                        .toList());
    }

    @Test
    void a_store_that_is_down_is_waited_for_and_the_batch_is_not_lost() {
        AtomicInteger tries = new AtomicInteger();
        readModel.outcome =
                Uni.createFrom()
                        .deferred(() ->
                                tries.incrementAndGet() < 3
                                        ? Uni.createFrom().failure(new IOException("refused"))
                                        : Uni.createFrom().voidItem());

        projection
                .consume(poll(Events.record("o1", 1, Events.created("ada"))))
                .await()
                .atMost(Duration.ofSeconds(5));

        assertEquals(1, readModel.applied.size());
        assertEquals(3, tries.get());
        assertEquals(Optional.empty(), projection.lastError());
    }

    @Test
    void while_a_batch_is_in_hand_the_projection_is_behind() {
        CompletableFuture<Void> store = new CompletableFuture<>();
        readModel.outcome = Uni.createFrom().completionStage(store);

        var done =
                projection
                        .consume(poll(Events.record("o1", 1, Events.created("ada"))))
                        .subscribeAsCompletionStage();

        assertTrue(projection.isBehind());
        assertTrue(projection.isBehind(Kind.ORDER, "o1", 0));
        assertFalse(projection.isBehind(Kind.ORDER, "o1", 1));
        assertFalse(projection.isBehind(Kind.ORDER, "o2", 0));
        store.complete(null);
        await().atMost(Duration.ofSeconds(5)).until(done::isDone);
        assertFalse(projection.isBehind());
    }

    @Test
    void poison_stops_the_projection_visibly_and_is_never_done() {
        var unreadable =
                new ProducerRecord<>(
                        "order-events",
                        null,
                        "o1",
                        new byte[] {'{'},
                        Events.record("o1", 1, Events.created("ada")).headers());

        var done = projection.consume(poll(unreadable)).subscribeAsCompletionStage();

        assertFalse(done.isDone());
        assertEquals(Projection.State.STOPPED, projection.state());
        assertTrue(projection.lastError().orElseThrow().contains("offset 10, key o1"));
        assertTrue(projection.isBehind());
    }

    @SafeVarargs
    private static ConsumerRecords<String, byte[]> poll(ProducerRecord<String, byte[]>... records) {
        List<ConsumerRecord<String, byte[]>> polled = new ArrayList<>();
        for (var record : records) {
            polled.add(
                    new ConsumerRecord<>(
                            record.topic(),
                            0,
                            10 + polled.size(),
                            0,
                            TimestampType.CREATE_TIME,
                            0,
                            0,
                            record.key(),
                            record.value(),
                            record.headers(),
                            Optional.empty()));
        }
        return new ConsumerRecords<>(
                Map.of(new TopicPartition(records[0].topic(), 0), polled), Map.of());
    }
}
