package orders.query.consistency;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.MutinyHelper;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import orders.model.ConsistencyToken.Kind;
import orders.query.consistency.WaitRefused.TimedOut;
import orders.query.consistency.WaitRefused.TooManyWait;
import orders.query.offsets.ProjectionStatus;
import orders.query.projection.KnownEndOffsets;
import orders.query.projection.Projection;
import org.jboss.logging.Logger;

/// Answers every read: waits until the read model that serves it shows what the caller requires, on
/// any replica, because the store is asked, and without a thread; then reads, and says whether the
/// answer is stale.
///
/// Stale is what this instance knows to miss an event, and what it cannot know while the offset
/// store is away: the read models in other stores are answered meanwhile.
@Startup
@Singleton
public class ConsistentRead {

    private static final Logger LOG = Logger.getLogger(ConsistentRead.class);

    /// While the offset store does not answer, reads of other stores do not wait for it for long.
    private static final Duration LOOK_WITHIN = Duration.ofSeconds(1);

    private static final Duration PAUSE = Duration.ofMillis(50);

    private final ConsistencySettings settings;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Counter timeouts;
    private final Counter refused;

    ConsistentRead(ConsistencySettings settings, MeterRegistry metrics) {
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

    /// What was read.
    ///
    /// @param lastUpdated time of the newest event that the read model had applied; empty when
    ///   there is none, or nobody can say
    public record Answer<T>(T value, boolean isStale, Optional<Instant> lastUpdated) {}

    /// What an answer shows of an order or customer.
    ///
    /// @param version 0 when it shows nothing
    public record ShownVersion(Kind kind, String id, long version) {}

    /// Reads many orders: a page, a search, statistics.
    ///
    /// @param marker of the generation that what was read is from
    public <T> Uni<Answer<T>> all(
            Projection projection,
            RequiredVersion required,
            Supplier<Uni<T>> read,
            Function<T, String> marker) {
        return all(projection, required, read, marker, true);
    }

    /// @param isFirst whether to begin again when the generation was switched or lost meanwhile
    private <T> Uni<Answer<T>> all(
            Projection projection,
            RequiredVersion required,
            Supplier<Uni<T>> read,
            Function<T, String> marker,
            boolean isFirst) {
        Optional<ProjectionStatus> before = projection.status();
        return await(required, projection)
                .chain(isReached -> {
                    // Both are asked before the read: what comes in between is then shown.
                    KnownEndOffsets known = projection.known();
                    return look(projection)
                            .chain(seen ->
                                    read.get()
                                            .chain(value -> {
                                                boolean isAwaited =
                                                        isOf(before, marker.apply(value));
                                                boolean isSeen = isOf(seen, marker.apply(value));
                                                if (isFirst
                                                        && seen.isPresent()
                                                        && !(isAwaited && isSeen)) {
                                                    return all(
                                                            projection,
                                                            required,
                                                            read,
                                                            marker,
                                                            false);
                                                }
                                                if (!isAwaited && required.isStrict()) {
                                                    return late();
                                                }
                                                boolean isStale =
                                                        !isReached
                                                                || !isSeen
                                                                || known.isBeyond(
                                                                        seen.orElseThrow()
                                                                                .checkpoints());
                                                return Uni.createFrom()
                                                        .item(
                                                                new Answer<>(
                                                                        value,
                                                                        isStale,
                                                                        seen.flatMap(
                                                                                ProjectionStatus
                                                                                        ::lastEventAt)));
                                            }));
                });
    }

    private static boolean isOf(Optional<ProjectionStatus> status, String marker) {
        return status.filter(known -> known.isShownBy(marker)).isPresent();
    }

    /// Reads one order. An event that this instance may have missed, another may have applied: it
    /// looks once how far the read model has come, and reads again.
    ///
    /// @param shown what of the order and its customer an answer shows
    /// @param marker of the generation that what was read is from
    public <T> Uni<Answer<T>> one(
            String orderId,
            Projection projection,
            RequiredVersion required,
            Supplier<Uni<T>> read,
            Function<T, List<ShownVersion>> shown,
            Function<T, String> marker) {
        Predicate<T> isPartial = value -> !isOf(projection.status(), marker.apply(value));
        Supplier<Uni<T>> newest =
                () ->
                        read.get()
                                .chain(value ->
                                        isPartial.test(value)
                                                        || mayMiss(projection, shown.apply(value))
                                                ? look(projection).chain(read::get)
                                                : Uni.createFrom().item(value));
        return await(required, projection)
                .chain(isReached ->
                        untilShown(newest, shown, required, Instant.now().plus(required.longest()))
                                .chain(value ->
                                        isParked(orderId, projection)
                                                .map(isParked ->
                                                        new Answer<>(
                                                                value,
                                                                isParked
                                                                        || !isReached
                                                                        || isPartial.test(value)
                                                                        || isStale(
                                                                                projection,
                                                                                required,
                                                                                shown.apply(value)),
                                                                Optional.empty()))));
    }

    /// What was awaited can be gone when it is read, when the store has lost its rows in between.
    private <T> Uni<T> untilShown(
            Supplier<Uni<T>> read,
            Function<T, List<ShownVersion>> shown,
            RequiredVersion required,
            Instant end) {
        return read.get()
                .chain(value -> {
                    if (!required.isStrict()
                            || shown.apply(value).stream().noneMatch(required::isBeyond)) {
                        return Uni.createFrom().item(value);
                    }
                    return Instant.now().isAfter(end)
                            ? late()
                            : Uni.createFrom()
                                    .voidItem()
                                    .onItem()
                                    .delayIt()
                                    .by(PAUSE)
                                    .emitOn(here())
                                    .chain(() -> untilShown(read, shown, required, end));
                });
    }

    private <T> Uni<T> late() {
        timeouts.increment();
        return Uni.createFrom().failure(new TimedOut());
    }

    private static boolean mayMiss(Projection projection, List<ShownVersion> shown) {
        return shown.stream().anyMatch(each -> projection.mayMiss(each.kind(), each.id()));
    }

    private static boolean isStale(
            Projection projection, RequiredVersion required, List<ShownVersion> shown) {
        return shown.stream()
                .anyMatch(each ->
                        required.isBeyond(each)
                                || projection.hasInHand(each.kind(), each.id(), each.version())
                                || projection.mayMiss(each.kind(), each.id()));
    }

    /// Empty while the offset store is away.
    private static Uni<Optional<ProjectionStatus>> look(Projection projection) {
        return projection
                .look()
                .ifNoItem()
                .after(LOOK_WITHIN)
                .fail()
                .map(Optional::of)
                .onFailure()
                .invoke(away -> LOG.debugf("Answers are stale without the offset store: %s", away))
                .onFailure()
                .recoverWithItem(Optional.empty())
                .emitOn(here());
    }

    /// In the context of the request that asks now: what many wait for ends on any thread, and
    /// clients of stores keep their state in that context.
    private static Executor here() {
        Context context = Vertx.currentContext();
        return context == null ? Runnable::run : MutinyHelper.executor(context);
    }

    private static Uni<Boolean> isParked(String orderId, Projection projection) {
        return projection
                .isParked(orderId)
                .ifNoItem()
                .after(LOOK_WITHIN)
                .fail()
                .onFailure()
                .invoke(away -> LOG.debugf("Answers are stale without the offset store: %s", away))
                .onFailure()
                .recoverWithItem(true);
    }

    /// As with one, for a read that several projections serve.
    public Uni<Boolean> await(RequiredVersion required, Collection<Projection> projections) {
        return Multi.createFrom()
                .iterable(projections)
                .onItem()
                .transformToUniAndMerge(projection -> await(required, projection))
                .collect()
                .with(Collectors.reducing(true, Boolean::logicalAnd));
    }

    /// Answers true when the read model shows all that is required, false when it does not in time
    /// and what there is will do. Fails with [WaitRefused] otherwise.
    ///
    /// No time-out cuts off the first look at the store: what is there already is answered however
    /// short the wait.
    public Uni<Boolean> await(RequiredVersion required, Projection projection) {
        if (required.tokens().isEmpty()) {
            return Uni.createFrom().item(true);
        }
        if (waiting.incrementAndGet() > settings.maxWaiting()) {
            waiting.decrementAndGet();
            refused.increment();
            return Uni.createFrom().failure(new TooManyWait());
        }
        List<VersionAwaiter> awaiters =
                required.tokens().stream()
                        .map(each ->
                                new VersionAwaiter(
                                        each, required.onlyCustomer(), projection, waiting::get))
                        .toList();
        return Multi.createFrom()
                .iterable(awaiters)
                .onItem()
                .transformToUniAndConcatenate(VersionAwaiter::look)
                .collect()
                .with(Collectors.reducing(true, Boolean::logicalAnd))
                .chain(areShown ->
                        areShown ? Uni.createFrom().item(true) : awaitAll(awaiters, required))
                .onTermination()
                .invoke(() -> {
                    awaiters.forEach(VersionAwaiter::end);
                    waiting.decrementAndGet();
                })
                .emitOn(here());
    }

    private Uni<Boolean> awaitAll(List<VersionAwaiter> awaiters, RequiredVersion required) {
        return Multi.createFrom()
                .iterable(awaiters)
                .onItem()
                .transformToUniAndConcatenate(VersionAwaiter::untilSettled)
                .collect()
                .last()
                .replaceWith(true)
                .ifNoItem()
                .after(required.longest().plusMillis(1))
                .recoverWithUni(() -> {
                    if (awaiters.stream().allMatch(VersionAwaiter::isShown)) {
                        return Uni.createFrom().item(true);
                    }
                    if (!required.isLenient()) {
                        return late();
                    }
                    timeouts.increment();
                    return Uni.createFrom().item(false);
                });
    }
}
