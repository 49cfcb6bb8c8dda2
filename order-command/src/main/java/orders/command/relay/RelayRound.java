package orders.command.relay;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.pgclient.PgConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import orders.command.relay.KafkaPublisher.Outcome;
import orders.command.relay.KafkaPublisher.Refusal;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;

/// One look at the outbox: claim, publish, delete what Kafka acknowledged, hold what it refused.
@ApplicationScoped
class RelayRound {

    private final RelaySettings settings;
    private final HeldAggregates held;
    private final WakeUp wakeUp;
    private final RelayMetrics metrics;

    RelayRound(RelaySettings settings, HeldAggregates held, WakeUp wakeUp, RelayMetrics metrics) {
        this.settings = settings;
        this.held = held;
        this.wakeUp = wakeUp;
        this.metrics = metrics;
    }

    /// Answers when there may be more to publish: at once when this was not all, or else after a
    /// ring since it was claimed.
    Uni<Void> run(PgConnection connection, KafkaPublisher publisher) {
        var bell = wakeUp.newBell();
        return OutboxTable.claim(connection, settings.batchSize(), settings.batchBytes())
                .call(records ->
                        records.isEmpty()
                                ? Uni.createFrom().voidItem()
                                : publish(connection, publisher, records))
                .chain(records ->
                        isAll(records)
                                ? WakeUp.ringOf(bell, settings.pollInterval())
                                : Uni.createFrom().voidItem());
    }

    /// Whether neither limit can have cut it off.
    private boolean isAll(List<OutboxRecord> claimed) {
        long bytes = claimed.stream().mapToLong(OutboxRecord::bytes).sum();
        return claimed.size() < settings.batchSize()
                && bytes + TopicSetup.LARGEST_RECORD < settings.batchBytes();
    }

    private Uni<Void> publish(
            PgConnection connection, KafkaPublisher publisher, List<OutboxRecord> records) {
        return metrics.sending(publisher.publish(records))
                .invoke(RelayRound::requireAnyProgress)
                .call(outcome -> OutboxTable.delete(connection, outcome.acknowledged()))
                .call(outcome -> release(connection, outcome))
                .call(outcome -> hold(connection, outcome))
                .replaceWithVoid();
    }

    private Uni<Void> release(PgConnection connection, Outcome outcome) {
        return Multi.createFrom()
                .items(
                        outcome.acknowledged().stream()
                                .filter(OutboxRecord::wasHeld)
                                .map(OutboxRecord::aggregate)
                                .distinct())
                .onItem()
                .transformToUniAndConcatenate(aggregate -> held.release(connection, aggregate))
                .onItem()
                .ignoreAsUni();
    }

    private Uni<Void> hold(PgConnection connection, Outcome outcome) {
        return Multi.createFrom()
                .iterable(outcome.refused())
                .onItem()
                .transformToUniAndConcatenate(refusal ->
                        held.hold(connection, refusal.record().aggregate(), refusal.cause()))
                .onItem()
                .ignoreAsUni();
    }

    /// When nothing gets through, for reasons that are no record's own, it is Kafka that fails:
    /// then the relay as a whole starts again, instead of holding one aggregate after the other.
    private static void requireAnyProgress(Outcome outcome) {
        if (outcome.acknowledged().isEmpty()
                && outcome.refused().stream().noneMatch(RelayRound::isOfTheRecord)) {
            Refusal first = outcome.refused().getFirst();
            throw new KafkaFailure(first.cause());
        }
    }

    private static boolean isOfTheRecord(Refusal refusal) {
        return switch (refusal.cause()) {
            case RecordTooLargeException _,
                    RecordBatchTooLargeException _,
                    InvalidRecordException _,
                    SerializationException _ ->
                    true;
            case Throwable other -> TopicSetup.isOfTheTopic(other);
        };
    }

    /// Kafka took nothing of a batch.
    private static final class KafkaFailure extends RuntimeException {
        KafkaFailure(Throwable cause) {
            super("Kafka takes nothing: " + cause, cause, false, false);
        }
    }
}
