package orders.query.consistency;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntSupplier;
import orders.model.ConsistencyToken;
import orders.model.ConsistencyToken.Kind;
import orders.query.projection.Projection;
import orders.query.projection.Waiters;

/// Looks at the store until it shows what a token names, with growing pauses; a pause ends early
/// when this instance applies something of it.
final class VersionAwaiter {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);

    /// Where this instance applies what is waited for, looking is for the case that another has
    /// taken over and this one does not know it yet.
    private static final Duration PAUSE_WHEN_WOKEN = Duration.ofSeconds(1);

    /// For each who waits; so all together ask a store that is late a thousand times a second.
    private static final Duration SHARE = Duration.ofMillis(1);

    /// The same, of those who are woken.
    private static final Duration SHARE_WHEN_WOKEN = Duration.ofMillis(4);

    private final ConsistencyToken token;
    private final Optional<String> onlyCustomer;
    private final Projection projection;
    private final IntSupplier allWaiting;

    private Waiters.Waiting waiting;
    private Duration pause = FIRST_PAUSE;
    private volatile boolean isShown;
    private boolean isOver;

    /// @param onlyCustomer whose it must be
    /// @param allWaiting how many wait on this instance
    VersionAwaiter(
            ConsistencyToken token,
            Optional<String> onlyCustomer,
            Projection projection,
            IntSupplier allWaiting) {
        this.token = token;
        this.onlyCustomer = onlyCustomer;
        this.projection = projection;
        this.allWaiting = allWaiting;
    }

    /// Whether it is shown and resolved: some stores show rows a moment before the books say that
    /// they are there, and an answer in between would call itself stale. Waits from before the look
    /// on, so that nothing that is applied after it is missed.
    Uni<Boolean> look() {
        begin();
        return version()
                .invoke(version -> isShown = version >= token.version())
                .map(_ -> isSettled());
    }

    private Uni<Long> version() {
        boolean isForeign =
                token.kind() == Kind.CUSTOMER && !onlyCustomer.map(token.id()::equals).orElse(true);
        return isForeign
                ? Uni.createFrom().item(0L)
                : projection.readModel().versionOf(token, onlyCustomer);
    }

    /// Whether it was shown at the last [#look].
    boolean isShown() {
        return isShown;
    }

    private boolean isSettled() {
        return isShown && !projection.hasInHand(token.kind(), token.id(), token.version() - 1);
    }

    /// Answers when it is shown and resolved. To be asked after a [#look].
    Uni<Void> untilSettled() {
        return isSettled()
                ? Uni.createFrom().voidItem()
                : Uni.createFrom()
                        .deferred(() -> pause().chain(this::look))
                        .repeat()
                        .until(resolved -> resolved)
                        .collect()
                        .last()
                        .replaceWithVoid();
    }

    private synchronized void begin() {
        Waiters.Waiting next = projection.waiters().begin(token.kind(), token.id());
        if (waiting != null) {
            waiting.end();
        }
        waiting = next;
        if (isOver) {
            waiting.end();
        }
    }

    /// Waits no more, also when a look is on its way.
    synchronized void end() {
        isOver = true;
        if (waiting != null) {
            waiting.end();
        }
    }

    private synchronized Uni<Void> pause() {
        return waiting.atMost(nextPause());
    }

    private Duration nextPause() {
        int all = allWaiting.getAsInt();
        if (projection.isApplying(token.kind(), token.id())) {
            return longer(PAUSE_WHEN_WOKEN, SHARE_WHEN_WOKEN.multipliedBy(all));
        }
        Duration next = longer(pause, SHARE.multipliedBy(all));
        Duration doubled = pause.multipliedBy(2);
        pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
        return next;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
