package orders.command.relay;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import orders.command.relay.OutboxRecord.Aggregate;
import org.apache.kafka.clients.producer.Producer;

/// Sends batches to Kafka, in waves: the oldest record of every aggregate, and when those are
/// acknowledged the second ones. So a record that is refused leaves no gap, and different
/// aggregates are in flight together. It lives as long as one leadership.
final class KafkaPublisher implements AutoCloseable {

    private final Producer<String, String> producer;

    /// @param producer closed with this
    KafkaPublisher(Producer<String, String> producer) {
        this.producer = producer;
    }

    /// What became of a batch. Records that are in neither list were not sent.
    record Outcome(List<OutboxRecord> acknowledged, List<Refusal> refused) {}

    /// A record that Kafka refused; later ones of its aggregate were not sent.
    record Refusal(OutboxRecord record, Exception cause) {}

    /// Sends `records`, which are in the order of the outbox. Fails when Kafka's client does.
    Uni<Outcome> publish(List<OutboxRecord> records) {
        Map<Aggregate, Deque<OutboxRecord>> byAggregate = new LinkedHashMap<>();
        for (OutboxRecord record : records) {
            byAggregate.computeIfAbsent(record.aggregate(), _ -> new ArrayDeque<>(2)).add(record);
        }
        Outcome outcome = new Outcome(new ArrayList<>(), new ArrayList<>());
        return Multi.createBy()
                .repeating()
                .uni(() -> sendWave(byAggregate, outcome))
                .whilst(_ -> !byAggregate.isEmpty())
                .onItem()
                .ignoreAsUni()
                .replaceWith(outcome);
    }

    private Uni<Outcome> sendWave(Map<Aggregate, Deque<OutboxRecord>> waiting, Outcome outcome) {
        List<OutboxRecord> wave = waiting.values().stream().map(Deque::poll).toList();
        waiting.values().removeIf(Deque::isEmpty);
        return sendTogether(wave)
                .invoke(refused -> {
                    refused.forEach(refusal -> waiting.remove(refusal.record().aggregate()));
                    outcome.refused().addAll(refused);
                    outcome.acknowledged().addAll(without(refused, wave));
                })
                .replaceWith(outcome);
    }

    /// Answers what was refused when all of `wave` is acknowledged or refused. Runs on a worker,
    /// because Kafka's client may block for metadata or for room in its buffer.
    private Uni<List<Refusal>> sendTogether(List<OutboxRecord> wave) {
        return Uni.createFrom()
                .completionStage(() -> {
                    Queue<Refusal> refused = new ConcurrentLinkedQueue<>();
                    CompletableFuture<List<Refusal>> all = new CompletableFuture<>();
                    AtomicInteger open = new AtomicInteger(wave.size());
                    for (OutboxRecord record : wave) {
                        var _ =
                                producer.send(
                                        record.toKafka(),
                                        (_, cause) -> {
                                            if (cause != null) {
                                                refused.add(new Refusal(record, cause));
                                            }
                                            if (open.decrementAndGet() == 0) {
                                                all.complete(List.copyOf(refused));
                                            }
                                        });
                    }
                    return all;
                })
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
    }

    private static List<OutboxRecord> without(List<Refusal> refused, List<OutboxRecord> wave) {
        if (refused.isEmpty()) {
            return wave;
        }
        List<OutboxRecord> rest = new ArrayList<>(wave);
        rest.removeAll(refused.stream().map(Refusal::record).toList());
        return rest;
    }

    /// Sends nothing more.
    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
