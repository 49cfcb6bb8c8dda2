package orders.command.handling;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.OptimisticLockException;
import java.util.Optional;
import java.util.function.Function;
import orders.command.domain.Rejection;
import orders.command.store.StoreOutage;
import org.hibernate.StaleStateException;
import org.hibernate.exception.ConstraintViolationException;
import org.hibernate.reactive.mutiny.Mutiny.Session;

/// One command, one transaction: admitted when there is room, repeated when it lost a race, and the
/// relay is woken when it committed.
@ApplicationScoped
class Transactions {

    private static final int ATTEMPTS = 5;

    /// Two that created the same aggregate; PostgreSQL, Appendix A.
    private static final String UNIQUE_VIOLATION = "23505";

    /// Somebody else's lock was not released in time; PostgreSQL, Appendix A.
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final HandlingSettings settings;
    private final Admission admission;
    private final RememberedKeys keys;

    Transactions(HandlingSettings settings, Admission admission, RememberedKeys keys) {
        this.settings = settings;
        this.admission = admission;
        this.keys = keys;
    }

    /// What `work` saved is committed when this answers, and `key` with it; when it fails, with a
    /// [CommandFailure] where the cause is known, nothing is. Only when the database is silent for
    /// too long the outcome is open: then it is [CommandFailure.StoreUnavailable].
    Uni<Accepted> run(Optional<IdempotencyKey> key, Function<Session, Uni<Accepted>> work) {
        Uni<Accepted> transaction =
                Panache.withTransaction(() ->
                                Panache.getSession().chain(session -> once(session, key, work)))
                        .onFailure(Transactions::isLostRace)
                        .retry()
                        .atMost(ATTEMPTS - 1)
                        .onFailure(failure -> isLostRace(failure) || isLockedOut(failure))
                        .transform(CommandFailure.ConcurrentUpdate::new)
                        .onFailure(Rejection.class)
                        .transform(CommandFailure.Rejected::new)
                        .onFailure(StoreOutage::isOne)
                        .transform(CommandFailure.StoreUnavailable::new);
        return admission
                .admit(transaction)
                .ifNoItem()
                .after(settings.answerWithin())
                .failWith(CommandFailure.StoreUnavailable::new);
    }

    private Uni<Accepted> once(
            Session session, Optional<IdempotencyKey> key, Function<Session, Uni<Accepted>> work) {
        return key.isEmpty()
                ? work.apply(session)
                : keys.once(session, key.get(), () -> work.apply(session));
    }

    private static boolean isLostRace(Throwable failure) {
        return failure instanceof OptimisticLockException
                || failure instanceof StaleStateException
                || (failure instanceof ConstraintViolationException violation
                        && UNIQUE_VIOLATION.equals(violation.getSQLState()));
    }

    private static boolean isLockedOut(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PgException refused) {
                return LOCK_NOT_AVAILABLE.equals(refused.getSqlState());
            }
        }
        return false;
    }
}
