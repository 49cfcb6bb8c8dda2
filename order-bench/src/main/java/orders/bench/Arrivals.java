package orders.bench;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// A bare consumer of one topic that notes when each record arrives, from now on. A record arrives
/// when the broker has acknowledged it, so this is the acknowledgement as others can see it, and a
/// fetch later.
final class Arrivals implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<String, Long> first = new ConcurrentHashMap<>();
    private final CountDownLatch isAssigned = new CountDownLatch(1);
    private final Thread thread;
    private final AtomicLong count = new AtomicLong();
    private volatile long firstAt;
    private volatile long lastAt;

    Arrivals(String kafka, String topic) throws InterruptedException {
        consumer =
                new KafkaConsumer<>(
                        Map.<String, Object>of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                kafka,
                                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                                10_000),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        thread = Thread.ofPlatform().name("arrivals").start(() -> consume(topic));
        isAssigned.await();
    }

    /// From each of these moments to the arrival of the first record of that correlation id; waits
    /// for them.
    Latency since(Map<String, Long> moments) throws InterruptedException {
        Latency latency = new Latency();
        for (Map.Entry<String, Long> moment : new HashMap<>(moments).entrySet()) {
            latency.record(awaitAt(moment.getKey()) - moment.getValue());
        }
        return latency;
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

    /// Waits until `records` have arrived. Answers the time from the first to the last.
    Duration await(long records) throws InterruptedException {
        while (count.get() < records) {
            requireAlive();
            Thread.sleep(1);
        }
        return Duration.ofNanos(lastAt - firstAt);
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

    private void consume(String topic) {
        try (consumer) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(info -> new TopicPartition(topic, info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            partitions.forEach(consumer::position);
            isAssigned.countDown();
            while (true) {
                consumer.poll(POLL).forEach(this::note);
            }
        } catch (WakeupException closed) {
            isAssigned.countDown();
        }
    }

    private void note(ConsumerRecord<byte[], byte[]> found) {
        long now = System.nanoTime();
        if (count.get() == 0) {
            firstAt = now;
        }
        lastAt = now;
        Header id = found.headers().lastHeader("correlation-id");
        if (id != null) {
            first.putIfAbsent(new String(id.value(), StandardCharsets.UTF_8), now);
        }
        count.incrementAndGet();
    }
}
