package orders.query.consistency;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import orders.model.ConsistencyToken;
import orders.query.consistency.WaitRefused.TimedOut;
import orders.query.consistency.WaitRefused.TooManyWait;
import orders.query.projection.Projection;

/// Lets a read wait until the read model that serves it shows what the caller wrote: on any
/// replica, because the store is asked, and without a thread.
@ApplicationScoped
public class ReadYourWrites {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);

    private final ConsistencySettings settings;
    private final AtomicInteger waiting = new AtomicInteger();

    ReadYourWrites(ConsistencySettings settings) {
        this.settings = settings;
    }

    /// Answers true when the read model shows all that is wished, false when it does not in time
    /// and the wish is lenient. Fails with [WaitRefused] otherwise.
    public Uni<Boolean> fulfil(Wish wish, Projection projection) {
        if (wish.tokens().isEmpty()) {
            return Uni.createFrom().item(true);
        }
        if (waiting.incrementAndGet() > settings.maxWaiting()) {
            waiting.decrementAndGet();
            return Uni.createFrom().failure(new TooManyWait());
        }
        return areShown(wish.tokens(), projection)
                .chain(areShown -> areShown ? Uni.createFrom().item(true) : await(wish, projection))
                .onTermination()
                .invoke(waiting::decrementAndGet);
    }

    /// The first look at the store, which no time-out cuts off: what is there already is answered
    /// however short the wait.
    private static Uni<Boolean> areShown(List<ConsistencyToken> tokens, Projection projection) {
        return Multi.createFrom()
                .iterable(tokens)
                .onItem()
                .transformToUniAndConcatenate(token ->
                        projection
                                .readModel()
                                .versionOf(token)
                                .map(version -> version >= token.version()))
                .collect()
                .with(Collectors.reducing(true, Boolean::logicalAnd));
    }

    private Uni<Boolean> await(Wish wish, Projection projection) {
        return Multi.createFrom()
                .iterable(wish.tokens())
                .onItem()
                .transformToUniAndConcatenate(
                        token -> shown(token, projection, firstPause(token, projection)))
                .collect()
                .last()
                .replaceWith(true)
                .ifNoItem()
                .after(wish.longest().plusMillis(1))
                .recoverWithUni(() ->
                        wish.isLenient()
                                ? Uni.createFrom().item(false)
                                : Uni.createFrom().failure(new TimedOut()));
    }

    /// Asks the store with growing pauses; a pause ends early when this instance applies something
    /// of it.
    private Uni<Void> shown(ConsistencyToken token, Projection projection, Duration pause) {
        return isShownOrPaused(token, projection, pause)
                .chain(isShown ->
                        isShown
                                ? Uni.createFrom().voidItem()
                                : shown(token, projection, longer(pause)));
    }

    /// Who waits says so before he asks, or what is applied in between would not wake him.
    private static Uni<Boolean> isShownOrPaused(
            ConsistencyToken token, Projection projection, Duration pause) {
        return Uni.createFrom()
                .deferred(() -> {
                    var waiting = projection.waiters().begin(token.kind(), token.id());
                    return projection
                            .readModel()
                            .versionOf(token)
                            .chain(version ->
                                    version >= token.version()
                                            ? Uni.createFrom().item(true)
                                            : waiting.atMost(pause).replaceWith(false))
                            .onTermination()
                            .invoke(waiting::end);
                });
    }

    /// Where this instance applies what is waited for, the waiter is woken; asking is for the case
    /// that another instance takes over.
    private static Duration firstPause(ConsistencyToken token, Projection projection) {
        return projection.isApplying(token.kind(), token.id()) ? LONGEST_PAUSE : FIRST_PAUSE;
    }

    private static Duration longer(Duration pause) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }
}
