package orders.command.relay;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import orders.command.relay.OutboxRecord.Aggregate;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.TimeoutException;
import org.jboss.logging.Logger;

/// Sends batches to Kafka, in waves: the oldest record of every aggregate, and when those are
/// acknowledged the second ones. So a record that is refused leaves no gap, and different
/// aggregates are in flight together. It lives as long as one leadership.
///
/// A topic that is not there would keep Kafka's client waiting, and with it all others. So a record
/// for one is refused instead: topics are looked for before their first record, and again when a
/// wave takes long.
final class KafkaPublisher implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(KafkaPublisher.class);
    private static final Duration LONG = Duration.ofSeconds(1);

    private final Producer<String, String> producer;
    private final TopicSetup topics;

    /// Those that were there when they were looked for.
    private final Set<String> available = ConcurrentHashMap.newKeySet();

    /// @param producer closed with this
    KafkaPublisher(Producer<String, String> producer, TopicSetup topics) {
        this.producer = producer;
        this.topics = topics;
    }

    /// What became of a batch. Records that are in neither list were not sent.
    record Outcome(List<OutboxRecord> acknowledged, List<Refusal> refused) {}

    /// A record that Kafka refused; later ones of its aggregate were not sent.
    record Refusal(OutboxRecord record, Throwable cause) {}

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
        Wave wave = new Wave(waiting.values().stream().map(Deque::poll).toList());
        waiting.values().removeIf(Deque::isEmpty);
        return look(wave.topics(available))
                .invoke(wave::refuse)
                .chain(() -> sendTogether(wave))
                .invoke(refused -> {
                    refused.forEach(refusal -> waiting.remove(refusal.record().aggregate()));
                    outcome.refused().addAll(refused);
                    outcome.acknowledged().addAll(wave.without(refused));
                })
                .replaceWith(outcome);
    }

    /// Those of `names` that cannot be written to, with the reason.
    private Uni<Map<String, Throwable>> look(Set<String> names) {
        return names.isEmpty()
                ? Uni.createFrom().item(Map.of())
                : topics.unavailable(names)
                        .invoke(missing -> {
                            available.addAll(names);
                            available.removeAll(missing.keySet());
                        });
    }

    /// Answers what was refused when all of `wave` is acknowledged or refused. Sends on a worker,
    /// because Kafka's client may block for metadata or for room in its buffer.
    private Uni<List<Refusal>> sendTogether(Wave wave) {
        Infrastructure.getDefaultWorkerPool().execute(() -> send(wave));
        return end(wave);
    }

    private void send(Wave wave) {
        try {
            for (OutboxRecord record : wave.records) {
                if (wave.isOpen(record)) {
                    var _ =
                            producer.send(
                                    record.toKafka(), (_, cause) -> answered(wave, record, cause));
                }
            }
        } catch (RuntimeException failure) {
            wave.ended.completeExceptionally(failure);
        }
    }

    /// A client that has waited in vain to know a topic would wait once more for each record.
    private void answered(Wave wave, OutboxRecord record, Exception cause) {
        if (cause instanceof TimeoutException) {
            available.remove(record.topic());
            wave.refuse(Map.of(record.topic(), cause));
        } else {
            wave.answer(record, cause);
        }
    }

    private Uni<List<Refusal>> end(Wave wave) {
        return Multi.createBy()
                .repeating()
                .uni(() -> endOrLook(wave).replaceWith(wave))
                .whilst(each -> !each.ended.isDone())
                .onItem()
                .ignoreAsUni()
                .chain(() -> Uni.createFrom().completionStage(wave.ended));
    }

    private Uni<Void> endOrLook(Wave wave) {
        return Uni.createFrom()
                .completionStage(wave.ended::copy)
                .replaceWithVoid()
                .ifNoItem()
                .after(LONG)
                .recoverWithUni(() ->
                        look(wave.topics(Set.of()))
                                .invoke(wave::refuse)
                                .onFailure()
                                .invoke(away -> LOG.debugf("Kafka is silent: %s", away))
                                .onFailure()
                                .recoverWithNull()
                                .replaceWithVoid());
    }

    /// Sends nothing more.
    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }

    /// Records of different aggregates that are sent together.
    private static final class Wave {

        final CompletableFuture<List<Refusal>> ended = new CompletableFuture<>();

        private final List<OutboxRecord> records;
        private final Map<Long, OutboxRecord> open = new HashMap<>();
        private final List<Refusal> refused = new ArrayList<>();

        Wave(List<OutboxRecord> records) {
            this.records = records;
            records.forEach(record -> open.put(record.position(), record));
        }

        /// Topics of records that are not answered yet, but for `known` ones.
        synchronized Set<String> topics(Set<String> known) {
            Set<String> names = new HashSet<>();
            open.values().forEach(record -> names.add(record.topic()));
            names.removeAll(known);
            return names;
        }

        synchronized boolean isOpen(OutboxRecord record) {
            return open.containsKey(record.position());
        }

        /// Refuses all that is not answered yet and is for one of these topics.
        synchronized void refuse(Map<String, ? extends Throwable> causes) {
            for (OutboxRecord record : List.copyOf(open.values())) {
                if (causes.containsKey(record.topic())) {
                    answer(record, causes.get(record.topic()));
                }
            }
        }

        /// @param cause of a refusal, `null` when Kafka has acknowledged it
        synchronized void answer(OutboxRecord record, Throwable cause) {
            if (open.remove(record.position()) != null && cause != null) {
                refused.add(new Refusal(record, cause));
            }
            if (open.isEmpty()) {
                ended.complete(List.copyOf(refused));
            }
        }

        List<OutboxRecord> without(List<Refusal> refusals) {
            if (refusals.isEmpty()) {
                return records;
            }
            List<OutboxRecord> rest = new ArrayList<>(records);
            rest.removeAll(refusals.stream().map(Refusal::record).toList());
            return rest;
        }
    }
}
