package orders.command.handling;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.CompositeException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.OptimisticLockException;
import java.util.Optional;
import java.util.function.Function;
import orders.command.domain.Rejection;
import orders.command.store.IdempotencyRow;
import orders.command.store.StoreFailure;
import org.hibernate.StaleStateException;
import org.hibernate.reactive.mutiny.Mutiny.Session;

/// One command, one transaction: admitted when there is room, repeated when it lost a race, and the
/// relay is woken when it committed.
@ApplicationScoped
class Transactions {

    private static final int ATTEMPTS = 5;

    private final HandlingSettings settings;
    private final Admission admission;
    private final IdempotencyStore keys;
    private final CommandMetrics metrics;

    Transactions(
            HandlingSettings settings,
            Admission admission,
            IdempotencyStore keys,
            CommandMetrics metrics) {
        this.settings = settings;
        this.admission = admission;
        this.keys = keys;
        this.metrics = metrics;
    }

    /// What `work` saved is committed when this answers, and `key` with it; when it fails, with a
    /// [CommandFailure] where the cause is known, nothing is. Only when the database is silent for
    /// too long the outcome is open: then it is [CommandFailure.StoreUnavailable].
    ///
    /// @param type of the command, for those who watch
    Uni<Accepted> run(
            String type, Optional<IdempotencyKey> key, Function<Session, Uni<Accepted>> work) {
        Uni<Accepted> transaction =
                Panache.withTransaction(() ->
                                Panache.getSession().chain(session -> once(session, key, work)))
                        .onFailure(CompositeException.class)
                        .transform(Transactions::first)
                        .onFailure(Transactions::mayWinNext)
                        .retry()
                        .atMost(ATTEMPTS - 1)
                        .onFailure()
                        .transform(Transactions::named);
        return metrics.measure(
                type,
                admission
                        .admit(key.map(given -> keys.alone(given, transaction)).orElse(transaction))
                        .ifNoItem()
                        .after(settings.answerWithin())
                        .failWith(CommandFailure.StoreUnavailable::new));
    }

    private Uni<Accepted> once(
            Session session, Optional<IdempotencyKey> key, Function<Session, Uni<Accepted>> work) {
        Uni<Accepted> accepted = work.apply(session);
        return key.map(given -> accepted.call(done -> keys.remember(session, given, done)))
                .orElse(accepted);
    }

    /// What made the transaction fail; its rollback may have failed, too, when the connection was
    /// lost, and nothing is committed then either.
    private static Throwable first(Throwable both) {
        return ((CompositeException) both).getCauses().getFirst();
    }

    /// `failure` in the words of this room, where it has any.
    private static Throwable named(Throwable failure) {
        if (failure instanceof Rejection rejection) {
            return new CommandFailure.Rejected(rejection);
        }
        if (isKeyTaken(failure)) {
            return new CommandFailure.KeyTaken(failure);
        }
        if (isLostRace(failure)) {
            return new CommandFailure.ConcurrentUpdate(failure);
        }
        return StoreFailure.isOutage(failure)
                ? new CommandFailure.StoreUnavailable(failure)
                : failure;
    }

    /// Who waited for a lock in vain has no time to wait again.
    private static boolean mayWinNext(Throwable failure) {
        return isLostRace(failure) && !StoreFailure.isLockTimeout(failure);
    }

    private static boolean isLostRace(Throwable failure) {
        return failure instanceof OptimisticLockException
                || failure instanceof StaleStateException
                || StoreFailure.isLostRace(failure)
                || (StoreFailure.isUniqueViolation(failure) && !isKeyTaken(failure));
    }

    private static boolean isKeyTaken(Throwable failure) {
        return StoreFailure.violates(IdempotencyRow.PRIMARY_KEY, failure);
    }
}
