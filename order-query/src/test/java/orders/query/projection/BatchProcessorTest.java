package orders.query.projection;

import static orders.query.Events.AT;
import static orders.query.Events.ITEM_ADDED;
import static orders.query.Events.SUBMITTED;
import static orders.query.Events.created;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonParseException;
import io.smallrye.mutiny.Uni;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import orders.model.Topics;
import orders.query.Events;
import orders.query.offsets.Checkpoint;
import orders.query.offsets.DeadLetter;
import orders.query.offsets.DeadLetters.Discarded;
import orders.query.offsets.EventRecord;
import orders.query.projection.FakeReadModel.Seen;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What becomes of batches: the version guard, and what is parked.
class BatchProcessorTest {

    private static final long FIRST_OFFSET = 10;

    private final FakeReadModel readModel = new FakeReadModel();
    private final BatchProcessor<Seen> processor = readModel.processor();

    @Test
    void the_next_version_is_applied_and_the_offset_behind_it_is_the_checkpoint() {
        apply(order("a", 1), order("a", 2), order("b", 1), order("a", 3));

        assertEquals(new Seen("a", "created OrderItemAdded OrderSubmitted", 3), row("a"));
        assertEquals(new Seen("b", "created", 1), row("b"));
        Checkpoint checkpoint = readModel.written.getFirst().checkpoints().getFirst();
        assertEquals(FIRST_OFFSET + 4, checkpoint.nextOffset());
        assertEquals(Optional.of(AT.plusSeconds(2)), checkpoint.lastEventAt());
    }

    @Test
    void what_is_not_newer_is_skipped() {
        apply(order("a", 1), order("a", 2));
        apply(order("a", 1), order("a", 2), order("a", 3), order("a", 2), order("a", 3));

        assertEquals(new Seen("a", "created OrderItemAdded OrderSubmitted", 3), row("a"));
        assertEquals(1, readModel.written.getLast().views().size());
    }

    @Test
    void a_view_that_does_not_change_is_not_written() {
        apply(order("a", 1));
        apply(order("a", 1));

        assertEquals(List.of(), readModel.written.getLast().views());
    }

    @Test
    void of_a_customer_the_newest_counts() {
        apply(
                Events.record("ada", 2, Events.changed("Ada L.")),
                Events.record("ada", 1, Events.registered("Ada")));

        assertEquals(
                List.of("Ada L."),
                readModel.written.getFirst().customers().stream()
                        .map(change -> change.customer().name())
                        .toList());
    }

    @Test
    void what_is_behind_a_gap_is_parked_and_everything_else_flows() {
        apply(order("a", 1), order("a", 3), order("b", 1), order("a", 4), order("b", 2));

        assertEquals(new Seen("a", "created", 1), row("a"));
        assertEquals(new Seen("b", "created OrderItemAdded", 2), row("b"));
        assertEquals(List.of(11L, 13L), parkedOffsets());
        assertTrue(causeAt(11).contains("behind a gap"));
        assertTrue(causeAt(13).contains("behind a gap"));
    }

    @Test
    void what_comes_early_waits_for_those_before_it() {
        apply(order("a", 3), order("b", 1), order("a", 2), order("a", 1));

        assertEquals(new Seen("a", "created OrderItemAdded OrderSubmitted", 3), row("a"));
        assertEquals(List.of(), parkedOffsets());
    }

    @Test
    void what_is_parked_early_is_tried_again_when_the_gap_is_closed() {
        apply(order("a", 1), order("a", 3));
        assertEquals(List.of(), readModel.freed);
        applyFrom(20, order("a", 2));

        assertEquals(new Seen("a", "created OrderItemAdded", 2), row("a"));
        assertEquals(List.of("a"), readModel.freed);
        await(processor.retryDeadLetters(10));
        assertEquals(new Seen("a", "created OrderItemAdded OrderSubmitted", 3), row("a"));
        assertEquals(List.of(), parkedOffsets());
    }

    @Test
    void what_is_early_is_parked_for_good_with_an_order_that_is() {
        apply(order("a", 1), order("a", 3), withType("FromTheFuture", order("a", 4)));
        applyFrom(20, order("a", 2));

        assertEquals(new Seen("a", "created", 1), row("a"));
        assertEquals(List.of(11L, 12L, 20L), parkedOffsets());
        assertTrue(causeAt(11).contains("an earlier event"));
    }

    @Test
    void a_history_that_does_not_begin_with_a_creation_is_parked() {
        apply(Events.record("a", 1, SUBMITTED));

        assertEquals(List.of(10L), parkedOffsets());
        assertTrue(causeAt(10).contains("creates nothing"));
    }

    @Test
    void what_cannot_be_read_parks_its_order() {
        apply(order("a", 1), withType("FromTheFuture", order("a", 2)), order("a", 3));
        applyFrom(20, order("b", 1), broken(order("c", 1)), withoutHeaders(order("d", 1)));

        assertEquals(new Seen("a", "created", 1), row("a"));
        assertEquals(new Seen("b", "created", 1), row("b"));
        assertTrue(causeAt(11).contains("FromTheFuture"));
        assertEquals(4, readModel.letters.size());
    }

    @Test
    void later_batches_of_a_parked_order_are_parked_too() {
        apply(order("a", 1), withType("FromTheFuture", order("a", 2)));
        applyFrom(20, order("a", 3), order("b", 1));

        assertEquals(List.of(11L, 20L), parkedOffsets());
        assertEquals(new Seen("b", "created", 1), row("b"));
    }

    @Test
    void what_is_tried_again_goes_on_in_order_once_it_can_be_applied() {
        apply(order("a", 2), order("a", 3));
        assertEquals(List.of(10L, 11L), parkedOffsets());
        readModel.rows.put("a", new Seen("a", "created", 1));

        await(processor.retryDeadLetters(10));

        assertEquals(new Seen("a", "created OrderItemAdded OrderSubmitted", 3), row("a"));
        assertEquals(List.of(), parkedOffsets());
    }

    @Test
    void what_is_tried_again_in_vain_stays_parked() {
        apply(order("a", 2), order("a", 3));

        await(processor.retryDeadLetters(10));

        assertEquals(List.of(10L, 11L), parkedOffsets());
    }

    @Test
    void a_discarded_event_counts_as_seen_and_what_it_held_is_applied() {
        apply(order("a", 1), withType("FromTheFuture", order("a", 2)), order("a", 3));
        discardFirst();

        await(processor.retryDeadLetters(10));

        assertEquals(new Seen("a", "created OrderSubmitted", 3), row("a"));
        assertEquals(List.of(), parkedOffsets());
    }

    @Test
    void another_event_at_the_position_of_a_discarded_one_is_applied() {
        apply(order("a", 1), withType("FromTheFuture", order("a", 2)));
        discardFirst();
        await(processor.retryDeadLetters(10));

        applyFrom(11, order("b", 1));

        assertEquals(new Seen("b", "created", 1), row("b"));
    }

    @Test
    void of_a_customer_who_is_gone_nothing_is_known() {
        apply(Events.record("ada", 1, Events.registered("Ada")), Events.tombstone("ada"));

        var change = readModel.written.getFirst().customers().getFirst();
        assertNull(change.customer().name());
        assertEquals(Long.MAX_VALUE, change.version());
        assertEquals(List.of(), parkedOffsets());
    }

    @Test
    void a_customer_who_is_gone_comes_back_with_a_later_version() {
        var gone = Events.record("ada", 2, Events.registered("Ada"));
        var tombstone =
                new ProducerRecord<String, byte[]>(gone.topic(), null, "ada", null, gone.headers());

        apply(tombstone, Events.record("ada", 3, Events.changed("Ada L.")));

        assertEquals(
                "Ada L.", readModel.written.getFirst().customers().getFirst().customer().name());
    }

    @Test
    void a_version_below_one_is_parked() {
        apply(order("a", 1), withSequence("0", order("a", 2)), withSequence("+2", order("b", 2)));

        assertEquals(List.of(11L, 12L), parkedOffsets());
        assertTrue(causeAt(11).contains("version cannot be read: 0"));
    }

    @Test
    void large_orders_are_applied_in_parts_and_the_last_has_the_checkpoint() {
        readModel.ordersAtOnce = 1;

        apply(order("a", 1), order("b", 1), order("a", 2), order("c", 1), order("b", 2));

        assertEquals(new Seen("a", "created OrderItemAdded", 2), row("a"));
        assertEquals(new Seen("b", "created OrderItemAdded", 2), row("b"));
        assertEquals(new Seen("c", "created", 1), row("c"));
        assertEquals(
                List.of(FIRST_OFFSET + 5),
                readModel.written.stream()
                        .flatMap(changes -> changes.checkpoints().stream())
                        .map(Checkpoint::nextOffset)
                        .toList());
        assertEquals(List.of(), parkedOffsets());
    }

    @Test
    void large_events_are_applied_in_parts() {
        var large = new byte[3 << 20];
        Arrays.fill(large, (byte) ' ');

        apply(
                order("a", 1),
                withValue(large, order("b", 1)),
                withValue(large, order("c", 1)),
                order("d", 1));

        assertEquals(2, readModel.written.size());
        assertEquals(List.of(11L, 12L), parkedOffsets());
    }

    @ParameterizedTest
    @MethodSource
    void what_comes_of_its_content_is_narrowed_down_to_its_order(Throwable failure) {
        readModel.refusedOrder = Optional.of("b");
        readModel.refusal = failure;

        apply(order("a", 1), order("b", 1), order("c", 1), order("b", 2), order("a", 2));

        assertEquals(new Seen("a", "created OrderItemAdded", 2), row("a"));
        assertEquals(new Seen("c", "created", 1), row("c"));
        assertEquals(List.of(11L, 13L), parkedOffsets());
        assertEquals(
                FIRST_OFFSET + 5,
                readModel.written.getLast().checkpoints().getFirst().nextOffset());
    }

    static List<Throwable> what_comes_of_its_content_is_narrowed_down_to_its_order() {
        return List.of(
                new ArithmeticException("long overflow"),
                new OutOfMemoryError("Java heap space"),
                new UncheckedIOException(new JsonParseException("lone surrogate")),
                new PgException("out of range", "ERROR", "22003", null));
    }

    @ParameterizedTest
    @MethodSource
    void a_store_that_is_down_parks_nothing(Throwable failure) {
        readModel.outcome = Uni.createFrom().failure(failure);

        assertThrows(RuntimeException.class, () -> apply(order("a", 1), order("b", 1)));

        assertEquals(List.of(), parkedOffsets());
    }

    static List<Throwable> a_store_that_is_down_parks_nothing() {
        return List.of(
                new IOException("refused"),
                new TimeoutException("no connection"),
                new PgException("shutting down", "FATAL", "57P01", null),
                new PgException("deadlock", "ERROR", "40P01", null),
                new PgException("no such column", "ERROR", "42703", null));
    }

    @Test
    void what_a_store_fails_that_does_not_answer_parks_nothing() {
        readModel.outcome = Uni.createFrom().failure(new IllegalStateException("strange"));
        readModel.marker = Uni.createFrom().failure(new IOException("refused"));

        assertThrows(CompletionException.class, () -> apply(order("a", 1), order("b", 1)));

        assertEquals(List.of(), parkedOffsets());
    }

    @Test
    void what_is_tried_again_and_refused_stays_parked_and_the_others_go_on() {
        apply(withType("FromTheFuture", order("a", 1)), withType("FromTheFuture", order("b", 1)));
        readModel.letters.replaceAll((position, letter) -> readable(letter));
        readModel.refusedOrder = Optional.of("b");

        await(processor.retryDeadLetters(10));

        assertEquals(new Seen("a", "created", 1), row("a"));
        assertEquals(List.of(11L), parkedOffsets());
        assertTrue(causeAt(11).contains("long overflow"));
    }

    /// The same as if its type had become known.
    private static DeadLetter readable(DeadLetter letter) {
        EventRecord record = letter.record();
        return new DeadLetter(
                new EventRecord(
                        record.position(),
                        record.key(),
                        "OrderCreated",
                        record.sequence(),
                        null,
                        null,
                        record.value(),
                        record.at()),
                letter.cause(),
                letter.at(),
                false,
                letter.held());
    }

    private Seen row(String orderId) {
        return readModel.rows.get(orderId);
    }

    private List<Long> parkedOffsets() {
        return readModel.letters.keySet().stream()
                .map(EventRecord.Position::offset)
                .sorted()
                .toList();
    }

    private String causeAt(long offset) {
        return readModel.letters.values().stream()
                .filter(letter -> letter.record().position().offset() == offset)
                .findFirst()
                .orElseThrow()
                .cause();
    }

    @SafeVarargs
    private void apply(ProducerRecord<String, byte[]>... records) {
        applyFrom(FIRST_OFFSET, records);
    }

    @SafeVarargs
    private void applyFrom(long offset, ProducerRecord<String, byte[]>... records) {
        List<ConsumerRecord<String, byte[]>> polled = new ArrayList<>();
        for (var record : records) {
            polled.add(
                    new ConsumerRecord<>(
                            record.topic(),
                            0,
                            offset + polled.size(),
                            0,
                            TimestampType.CREATE_TIME,
                            0,
                            0,
                            record.key(),
                            record.value(),
                            record.headers(),
                            Optional.empty()));
        }
        await(processor.apply(Batch.of(polled)));
    }

    private void discardFirst() {
        readModel.discarded.add(
                readModel.letters.values().stream()
                        .map(letter -> Discarded.of(letter.record()))
                        .min(Comparator.comparingLong(each -> each.position().offset()))
                        .orElseThrow());
    }

    private static void await(Uni<?> work) {
        work.await().atMost(Duration.ofSeconds(60));
    }

    private static ProducerRecord<String, byte[]> order(String orderId, long version) {
        return Events.record(
                orderId,
                version,
                switch ((int) version) {
                    case 1 -> created("ada");
                    case 2 -> ITEM_ADDED;
                    default -> SUBMITTED;
                });
    }

    private static ProducerRecord<String, byte[]> withType(
            String type, ProducerRecord<String, byte[]> record) {
        return Events.withType(type, record);
    }

    private static ProducerRecord<String, byte[]> withSequence(
            String sequence, ProducerRecord<String, byte[]> record) {
        record.headers().remove(Topics.CE_SEQUENCE);
        record.headers().add(Topics.CE_SEQUENCE, sequence.getBytes(StandardCharsets.UTF_8));
        return record;
    }

    private static ProducerRecord<String, byte[]> withValue(
            byte[] value, ProducerRecord<String, byte[]> record) {
        return new ProducerRecord<>(record.topic(), null, record.key(), value, record.headers());
    }

    private static ProducerRecord<String, byte[]> broken(ProducerRecord<String, byte[]> record) {
        return withValue(new byte[] {'{'}, record);
    }

    private static ProducerRecord<String, byte[]> withoutHeaders(
            ProducerRecord<String, byte[]> record) {
        return new ProducerRecord<>(record.topic(), record.key(), record.value());
    }
}
