package orders.command.handling;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.OptimisticLockException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import orders.command.domain.Rejection;
import orders.command.relay.WakeUp;
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

    private final HandlingSettings settings;
    private final WakeUp wakeUp;
    private final AtomicInteger inFlight = new AtomicInteger();

    Transactions(HandlingSettings settings, WakeUp wakeUp) {
        this.settings = settings;
        this.wakeUp = wakeUp;
    }

    /// What `work` saved is committed when this answers; when it fails, with a [CommandFailure]
    /// where the cause is known, nothing is.
    Uni<Accepted> run(Function<Session, Uni<Accepted>> work) {
        if (inFlight.incrementAndGet() > settings.maxInFlight()) {
            inFlight.decrementAndGet();
            return Uni.createFrom().failure(new CommandFailure.Overloaded());
        }
        return Panache.withTransaction(() -> Panache.getSession().chain(work::apply))
                .onFailure(Transactions::isLostRace)
                .retry()
                .atMost(ATTEMPTS - 1)
                .onFailure(Transactions::isLostRace)
                .transform(CommandFailure.ConcurrentUpdate::new)
                .onFailure(Rejection.class)
                .transform(CommandFailure.Rejected::new)
                .onFailure(StoreOutage::isOne)
                .transform(CommandFailure.StoreUnavailable::new)
                .invoke(wakeUp::ring)
                .onTermination()
                .invoke(inFlight::decrementAndGet);
    }

    private static boolean isLostRace(Throwable failure) {
        return failure instanceof OptimisticLockException
                || failure instanceof StaleStateException
                || (failure instanceof ConstraintViolationException violation
                        && UNIQUE_VIOLATION.equals(violation.getSQLState()));
    }
}
