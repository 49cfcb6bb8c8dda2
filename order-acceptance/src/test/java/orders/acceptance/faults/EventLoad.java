package orders.acceptance.faults;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Stream;
import orders.acceptance.TopicReader;
import orders.acceptance.TopicReader.Event;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/// A steady flow of the events of many orders, each in its order, and of customers who are renamed
/// again and again, as order-command would publish them. It stays as heavy as it begins: whose
/// orders have become many is renamed no more.
final class EventLoad implements AutoCloseable {

    /// An order whose event the broker has acknowledged.
    ///
    /// @param number as in [SampleEvents#life]
    record Published(String orderId, String customerId, int number, long version) {}

    private static final Duration TICK =
            Duration.ofSeconds(1).dividedBy(FaultScale.chosen().eventsPerSecond());
    private static final int EVENTS_A_RENAMING = 200;
    private static final int ORDERS_AT_A_TIME = 40;

    private static final int CUSTOMERS = 50;
    private static final int ORDERS_OF_THEM = 5_000;
    private static final int KNOWN_CUSTOMERS = 45;
    private static final int REMEMBERED = 256;
    private static final Duration SOON = Duration.ofMinutes(3);

    /// So that a lost event is a finding.
    private static final int LONGER_THAN_ANY_FAULT_MS = 600_000;

    /// One order on its way.
    private record Life(String orderId, String customerId, int number, Iterator<Event> events) {}

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final Life[] lives = new Life[ORDERS_AT_A_TIME];
    private final Map<String, Event> customers = new HashMap<>();
    private final Map<String, Long> acknowledgedCustomers = new ConcurrentHashMap<>();
    private final AtomicInteger published = new AtomicInteger();
    private final AtomicReferenceArray<Published> first = new AtomicReferenceArray<>(REMEMBERED);
    private final AtomicReferenceArray<Published> last = new AtomicReferenceArray<>(REMEMBERED);
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final KafkaProducer<String, String> producer;
    private final String prefix;
    private final boolean isTwice;

    private int orders;
    private int ticks;

    private EventLoad(String bootstrapServers, String prefix, boolean isTwice) {
        this.prefix = prefix;
        this.isTwice = isTwice;
        this.producer =
                new KafkaProducer<>(
                        Map.<String, Object>of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                bootstrapServers,
                                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                                LONGER_THAN_ANY_FAULT_MS,
                                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                                LONGER_THAN_ANY_FAULT_MS),
                        new StringSerializer(),
                        new StringSerializer());
    }

    /// Starts it; the ids of all its orders and customers start with `prefix`.
    ///
    /// @param isTwice whether every event is published twice, some of them out of their order then
    static EventLoad start(String bootstrapServers, String prefix, boolean isTwice) {
        var load = new EventLoad(bootstrapServers, prefix, isTwice);
        var _ = load.clock.scheduleAtFixedRate(load::tick, 0, TICK.toNanos(), NANOSECONDS);
        return load;
    }

    /// With which the ids of all its orders and customers start.
    String prefix() {
        return prefix;
    }

    /// How many events were acknowledged.
    int published() {
        return published.get();
    }

    /// Returns when so many more events are acknowledged.
    void awaitPublished(int more) {
        int enough = published() + more;
        await().atMost(SOON).until(() -> published() >= enough);
    }

    /// Publishes so many more events as fast as it can.
    void publishAtOnce(int events) {
        clock.execute(() -> {
            for (int event = 0; event < events; event++) {
                tick();
            }
        });
        awaitPublished(events);
    }

    /// One of the orders that were published first, or one that was published just now; `null` when
    /// there is none yet.
    Published some() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return (random.nextBoolean() ? first : last).get(random.nextInt(REMEMBERED));
    }

    /// The newest version of a customer that the broker has acknowledged, 0 when there is none.
    long customerVersion(String customerId) {
        return acknowledgedCustomers.getOrDefault(customerId, 0L);
    }

    /// Publishes an event once.
    void publish(Event event) {
        publish(event, () -> {});
    }

    /// What went wrong with publishing, in words.
    List<String> failures() {
        return List.copyOf(failures);
    }

    /// Returns when everything is acknowledged. The orders stay as far as they have come.
    @Override
    public void close() {
        clock.close();
        producer.close();
    }

    private void tick() {
        try {
            publishNext();
        } catch (RuntimeException failed) {
            failures.add(failed.toString());
            throw failed;
        }
    }

    private void publishNext() {
        int turn = ticks % ORDERS_AT_A_TIME;
        if (lives[turn] == null || !lives[turn].events().hasNext()) {
            lives[turn] = begin(orders++);
        }
        Life life = lives[turn];
        Event event = life.events().next();
        publish(event, () -> acknowledged(life, event.version()));
        if (ticks++ % EVENTS_A_RENAMING == 0) {
            rename(ticks / EVENTS_A_RENAMING);
        }
    }

    private Life begin(int number) {
        String orderId = prefix + number;
        String customerId = customerId(number, number % CUSTOMERS);
        List<Event> life = SampleEvents.life(orderId, customerId, number);
        Stream<Event> events = life.stream();
        if (isTwice) {
            events =
                    number % 2 == 0
                            ? Stream.concat(life.stream(), life.stream())
                            : life.stream().flatMap(event -> Stream.of(event, event));
        }
        return new Life(orderId, customerId, number, events.iterator());
    }

    /// Some customers are never known; some have orders before they are.
    private void rename(int renamings) {
        String customerId = customerId(orders, renamings % KNOWN_CUSTOMERS);
        Event before = customers.get(customerId);
        long version = before == null ? 1 : before.version() + 1;
        Event renamed = SampleEvents.customer(customerId, version);
        customers.put(customerId, renamed);
        publish(renamed, () -> acknowledgedCustomers.merge(customerId, version, Math::max));
        if (isTwice) {
            publish(before == null ? renamed : before);
        }
    }

    /// One of the customers who order at the time of the order of this number.
    private String customerId(int order, int one) {
        return prefix + "customer-" + (order / ORDERS_OF_THEM * CUSTOMERS + one);
    }

    private void publish(Event event, Runnable onceAcknowledged) {
        String topic =
                event.type().startsWith("Customer")
                        ? TopicReader.CUSTOMER_EVENTS
                        : TopicReader.ORDER_EVENTS;
        var toKafka = new ProducerRecord<>(topic, event.key(), event.value());
        header(toKafka, "ce_specversion", "1.0");
        header(toKafka, "ce_id", event.correlationId());
        header(toKafka, "ce_source", "/order-command");
        header(toKafka, "ce_type", event.type());
        header(toKafka, "ce_subject", event.key());
        header(toKafka, "ce_sequence", Long.toString(event.version()));
        header(toKafka, "content-type", "application/json");
        header(toKafka, "correlation-id", event.correlationId());
        var _ =
                producer.send(
                        toKafka,
                        (_, failure) -> {
                            if (failure == null) {
                                published.incrementAndGet();
                                onceAcknowledged.run();
                            } else {
                                failures.add("%s was not published: %s".formatted(event, failure));
                            }
                        });
    }

    private void acknowledged(Life life, long version) {
        var known = new Published(life.orderId(), life.customerId(), life.number(), version);
        if (life.number() < REMEMBERED) {
            first.set(life.number(), known);
        }
        last.set(published.get() % REMEMBERED, known);
    }

    private static void header(ProducerRecord<?, ?> toKafka, String name, String value) {
        toKafka.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
