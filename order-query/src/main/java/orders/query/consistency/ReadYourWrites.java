package orders.query.consistency;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import orders.query.consistency.WaitRefused.TimedOut;
import orders.query.consistency.WaitRefused.TooManyWait;
import orders.query.projection.Projection;

/// Lets a read wait until the read model that serves it shows what the caller wrote: on any
/// replica, because the store is asked, and without a thread.
@Startup
@Singleton
public class ReadYourWrites {

    private final ConsistencySettings settings;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Counter timeouts;
    private final Counter refused;

    ReadYourWrites(ConsistencySettings settings, MeterRegistry metrics) {
        this.settings = settings;
        Gauge.builder("consistency.waiting", waiting, AtomicInteger::get)
                .description("Reads that wait for a version now")
                .register(metrics);
        this.timeouts =
                Counter.builder("consistency.timeouts")
                        .description("Waits in vain, those that took what there was too")
                        .register(metrics);
        this.refused =
                Counter.builder("consistency.refused")
                        .description("Reads that might not wait, because too many did")
                        .register(metrics);
    }

    /// As with one, for a read that several projections serve.
    public Uni<Boolean> fulfil(RequiredVersion wish, Collection<Projection> projections) {
        return Multi.createFrom()
                .iterable(projections)
                .onItem()
                .transformToUniAndMerge(projection -> fulfil(wish, projection))
                .collect()
                .with(Collectors.reducing(true, Boolean::logicalAnd));
    }

    /// Answers true when the read model shows all that is wished, false when it does not in time
    /// and the wish is lenient. Fails with [WaitRefused] otherwise.
    ///
    /// No time-out cuts off the first look at the store: what is there already is answered however
    /// short the wait.
    public Uni<Boolean> fulfil(RequiredVersion wish, Projection projection) {
        if (wish.tokens().isEmpty()) {
            return Uni.createFrom().item(true);
        }
        if (waiting.incrementAndGet() > settings.maxWaiting()) {
            waiting.decrementAndGet();
            refused.increment();
            return Uni.createFrom().failure(new TooManyWait());
        }
        List<VersionAwaiter> watches =
                wish.tokens().stream()
                        .map(token -> new VersionAwaiter(token, projection, waiting::get))
                        .toList();
        return Multi.createFrom()
                .iterable(watches)
                .onItem()
                .transformToUniAndConcatenate(VersionAwaiter::look)
                .collect()
                .with(Collectors.reducing(true, Boolean::logicalAnd))
                .chain(areSettled ->
                        areSettled ? Uni.createFrom().item(true) : awaitAll(watches, wish))
                .onTermination()
                .invoke(() -> {
                    watches.forEach(VersionAwaiter::end);
                    waiting.decrementAndGet();
                });
    }

    private Uni<Boolean> awaitAll(List<VersionAwaiter> watches, RequiredVersion wish) {
        return Multi.createFrom()
                .iterable(watches)
                .onItem()
                .transformToUniAndConcatenate(VersionAwaiter::untilSettled)
                .collect()
                .last()
                .replaceWith(true)
                .ifNoItem()
                .after(wish.longest().plusMillis(1))
                .recoverWithUni(() -> {
                    if (watches.stream().allMatch(VersionAwaiter::isShown)) {
                        return Uni.createFrom().item(true);
                    }
                    timeouts.increment();
                    return wish.isLenient()
                            ? Uni.createFrom().item(false)
                            : Uni.createFrom().failure(new TimedOut());
                });
    }
}
