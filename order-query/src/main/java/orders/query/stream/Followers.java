package orders.query.stream;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import orders.query.readmodel.summaries.ChangePosition;
import orders.query.readmodel.summaries.OrderChange;
import orders.query.readmodel.summaries.OrderChanges;
import org.jboss.logging.Logger;

/// Tells all who follow on this instance what is new. New changes are read once for all of them, as
/// long as anybody follows; who is behind reads for himself. Everybody pulls as fast as he can.
@Singleton
public class Followers {

    private static final Logger LOG = Logger.getLogger(Followers.class);
    private static final int AT_ONCE = 500;

    private final OrderChanges changes;
    private final StreamSettings settings;
    private final AtomicInteger following = new AtomicInteger();
    private final AtomicBoolean isLooking = new AtomicBoolean();

    private volatile Optional<Tail> tail = Optional.empty();
    private volatile CompletableFuture<Void> news = new CompletableFuture<>();
    private Cancellable background;

    Followers(OrderChanges changes, StreamSettings settings, MeterRegistry metrics) {
        this.changes = changes;
        this.settings = settings;
        Gauge.builder("stream.followers", following, AtomicInteger::get)
                .description("Who follows on this instance now")
                .register(metrics);
    }

    /// Takes one more follower, unless there are as many as there may be.
    public boolean admit() {
        if (following.incrementAndGet() > settings.maxFollowers()) {
            following.decrementAndGet();
            return false;
        }
        look();
        return true;
    }

    /// Ends what [#admit] began.
    public void leave() {
        if (following.decrementAndGet() == 0) {
            tail = Optional.empty();
        }
    }

    /// Changes that come after `position`, in the order of each partition: as soon as there are
    /// any, or none after a heartbeat's time.
    public Uni<List<OrderChange>> next(ChangePosition position) {
        CompletableFuture<Void> bell = news;
        return present(position)
                .chain(found ->
                        found.isEmpty()
                                ? Uni.createFrom()
                                        .completionStage(() -> bell.copy())
                                        .ifNoItem()
                                        .after(settings.heartbeat())
                                        .recoverWithItem((Void) null)
                                        .chain(() -> present(position))
                                : Uni.createFrom().item(found));
    }

    private Uni<List<OrderChange>> present(ChangePosition position) {
        return tail.filter(known -> known.covers(position))
                .map(known -> Uni.createFrom().item(known.after(position)))
                .orElseGet(() -> changes.after(position, AT_ONCE));
    }

    void start(@Observes StartupEvent event) {
        changes.whenChanged(this::look);
        background =
                Multi.createFrom()
                        .ticks()
                        .every(settings.lookEvery())
                        .onOverflow()
                        .drop()
                        .subscribe()
                        .with(_ -> look());
    }

    void stop(@Observes ShutdownEvent event) {
        background.cancel();
    }

    /// Reads what is new, if anybody follows and nobody reads already.
    private void look() {
        if (following.get() > 0 && isLooking.compareAndSet(false, true)) {
            read().onTermination()
                    .invoke(() -> isLooking.set(false))
                    .subscribe()
                    .with(
                            isNews -> {
                                if (isNews) {
                                    look();
                                }
                            },
                            failure -> LOG.debugf("News come later: %s", failure));
        }
    }

    private Uni<Boolean> read() {
        return tail.map(known ->
                        changes.after(known.end(), AT_ONCE)
                                .map(found -> {
                                    if (!found.isEmpty()) {
                                        tail = Optional.of(known.with(found));
                                        tell();
                                    }
                                    return !found.isEmpty();
                                }))
                .orElseGet(() ->
                        changes.now()
                                .map(now -> {
                                    tail = Optional.of(Tail.from(now));
                                    tell();
                                    return false;
                                }));
    }

    private void tell() {
        CompletableFuture<Void> told = news;
        news = new CompletableFuture<>();
        told.complete(null);
    }
}
