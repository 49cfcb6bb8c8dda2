package orders.command.relay;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.stream.LongStream;
import orders.command.relay.KafkaPublisher.Outcome;

/// What the relay shows of itself at `/q/metrics`.
@ApplicationScoped
class RelayMetrics {

    private static final int SAMPLE_SECONDS = 5;

    private static final Duration[] BUCKETS =
            LongStream.of(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 5_000, 30_000)
                    .mapToObj(Duration::ofMillis)
                    .toArray(Duration[]::new);

    private final Counter published;
    private final Counter refused;
    private final Timer sends;
    private double publishedAtLastSample;
    private volatile double publishedPerSecond;

    RelayMetrics(MeterRegistry registry) {
        published =
                Counter.builder("orders.relay.published")
                        .description("Events that Kafka acknowledged")
                        .register(registry);
        refused =
                Counter.builder("orders.relay.refused")
                        .description("Events that Kafka refused; each holds its aggregate")
                        .register(registry);
        sends =
                Timer.builder("orders.relay.send")
                        .description(
                                "From handing a batch to Kafka's client to its acknowledgement")
                        .serviceLevelObjectives(BUCKETS)
                        .register(registry);
    }

    void start(
            @Observes StartupEvent event,
            MeterRegistry registry,
            Leadership leadership,
            Backlog backlog) {
        Gauge.builder("orders.relay.leading", leadership, l -> l.isHeld() ? 1 : 0)
                .description("1 in the instance that relays")
                .register(registry);
        Gauge.builder("orders.relay.held", backlog, b -> b.measured().held())
                .description("Aggregates that are held")
                .register(registry);
        Gauge.builder("orders.outbox.depth", backlog, b -> b.measured().depth())
                .description("Events that wait for Kafka")
                .register(registry);
        Gauge.builder("orders.outbox.oldest.age", backlog, b -> b.measured().oldestAgeSeconds())
                .description("Age of the oldest event that waits")
                .baseUnit("seconds")
                .register(registry);
    }

    /// Measures `batch`.
    Uni<Outcome> sending(Uni<Outcome> batch) {
        return Uni.createFrom()
                .deferred(() -> {
                    Timer.Sample sample = Timer.start();
                    return batch.invoke(outcome -> {
                        sample.stop(sends);
                        published.increment(outcome.acknowledged().size());
                        refused.increment(outcome.refused().size());
                    });
                });
    }

    /// Lately, by this instance.
    double publishedPerSecond() {
        return publishedPerSecond;
    }

    @Scheduled(every = SAMPLE_SECONDS + "s")
    void sample() {
        double now = published.count();
        publishedPerSecond = (now - publishedAtLastSample) / SAMPLE_SECONDS;
        publishedAtLastSample = now;
    }
}
