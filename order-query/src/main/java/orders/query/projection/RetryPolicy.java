package orders.query.projection;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import orders.query.offsets.WriteRefused.Fenced;
import orders.query.offsets.WriteRefused.StaleGeneration;
import orders.query.offsets.WriteRefused.WriteConflict;
import org.jboss.logging.Logger;

/// Tries work again until a store does it: at once when it was outrun, with growing pauses when the
/// store does not answer.
public final class RetryPolicy {

    private static final Logger LOG = Logger.getLogger(RetryPolicy.class);
    private static final Duration WHILE_HELD = Duration.ofMillis(10);
    private static final Duration FIRST_BACK_OFF = Duration.ofMillis(100);
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(5);
    private static final int DOUBLINGS = 6;

    private final String who;
    private final Consumer<Throwable> report;
    private volatile boolean isOver;

    /// @param who tries, for the log
    /// @param report told of every failure that is not a matter of moments
    public RetryPolicy(String who, Consumer<Throwable> report) {
        this.who = who;
        this.report = report;
    }

    /// The outcome of `work`. Fails with [StaleGeneration], or with anything after [#end].
    public <T> Uni<T> with(Supplier<Uni<T>> work) {
        var failures = new AtomicInteger();
        return Uni.createFrom()
                .deferred(work::get)
                .onFailure(failure -> !isOver && !(failure instanceof StaleGeneration))
                .retry()
                .when(all ->
                        // An empty pause would be no signal to go on.
                        all.onItem()
                                .transformToUniAndConcatenate(failure ->
                                        pauseAfter(failure, failures).replaceWith(failure)));
    }

    /// Tries nothing again any more.
    public void end() {
        isOver = true;
    }

    private Uni<Void> pauseAfter(Throwable failure, AtomicInteger failures) {
        if (failure instanceof WriteConflict) {
            return Uni.createFrom().voidItem();
        }
        if (failure instanceof Fenced) {
            return pause(WHILE_HELD);
        }
        report.accept(failure);
        LOG.warnf("Projection %s tries again: %s", who, failure);
        Duration doubled =
                FIRST_BACK_OFF.multipliedBy(1L << Math.min(failures.getAndIncrement(), DOUBLINGS));
        return pause(doubled.compareTo(LONGEST_BACK_OFF) < 0 ? doubled : LONGEST_BACK_OFF);
    }

    private static Uni<Void> pause(Duration duration) {
        return Uni.createFrom().voidItem().onItem().delayIt().by(duration);
    }
}
