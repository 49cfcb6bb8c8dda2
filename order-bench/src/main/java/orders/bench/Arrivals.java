package orders.bench;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import orders.acceptance.replay.Latencies;
import orders.model.Topics;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;

/// A bare consumer of one topic that notes when each record arrives, from now on. A record arrives
/// when the broker has acknowledged it, so this is the acknowledgement as others can see it, and a
/// fetch later.
final class Arrivals implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<String, Long> first = new ConcurrentHashMap<>();
    private final Thread thread;

    Arrivals(SystemUnderTest system, String topic) {
        consumer = system.consumer(topic);
        consumer.seekToEnd(consumer.assignment());
        consumer.assignment().forEach(consumer::position);
        thread = Thread.ofPlatform().name("arrivals").start(this::consume);
    }

    /// From each of these moments to the arrival of the first record of that correlation id; waits
    /// for them.
    Latencies since(Map<String, Long> moments) throws InterruptedException {
        Latencies latencies = new Latencies();
        for (Map.Entry<String, Long> moment : moments.entrySet()) {
            latencies.add(Duration.ofNanos(awaitAt(moment.getKey()) - moment.getValue()));
        }
        return latencies;
    }

    private long awaitAt(String correlationId) throws InterruptedException {
        Long at = first.get(correlationId);
        while (at == null) {
            requireAlive();
            Thread.sleep(1);
            at = first.get(correlationId);
        }
        return at;
    }

    /// Waits until `records` of different correlation ids have arrived. Answers the time from the
    /// first to the last.
    Duration await(int records) throws InterruptedException {
        while (first.size() < records) {
            requireAlive();
            Thread.sleep(1);
        }
        LongSummaryStatistics moments =
                first.values().stream().mapToLong(Long::longValue).summaryStatistics();
        return Duration.ofNanos(moments.getMax() - moments.getMin());
    }

    private void requireAlive() {
        if (!thread.isAlive()) {
            throw new IllegalStateException("the consumer has ended");
        }
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void consume() {
        try (consumer) {
            while (true) {
                consumer.poll(POLL).forEach(this::note);
            }
        } catch (WakeupException closed) {
            // Told to end.
        }
    }

    private void note(ConsumerRecord<byte[], byte[]> found) {
        byte[] id = found.headers().lastHeader(Topics.CORRELATION_ID).value();
        first.putIfAbsent(new String(id, StandardCharsets.UTF_8), System.nanoTime());
    }
}
