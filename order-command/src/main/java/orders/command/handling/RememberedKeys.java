package orders.command.handling;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.unchecked.Unchecked;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.function.Supplier;
import orders.command.store.IdempotencyRow;
import orders.command.store.StoreOutage;
import org.hibernate.reactive.mutiny.Mutiny.Session;
import org.jboss.logging.Logger;

/// One effect for one `Idempotency-Key`: a key is written in the transaction of the command that it
/// came with, and a request that comes again gets what is written there.
@ApplicationScoped
public class RememberedKeys {

    private static final Logger LOG = Logger.getLogger(RememberedKeys.class);

    /// Until the transaction ends, so that two requests with one key never run side by side, on
    /// whatever instance.
    private static final String LOCK = "select pg_try_advisory_xact_lock(hashtextextended(?1, 0))";

    private static final String EXPIRE =
            """
            delete from idempotency_keys where idempotency_key = any (array(
                select idempotency_key from idempotency_keys
                where accepted_at < now() - make_interval(secs => $1)
                order by accepted_at limit $2 for update skip locked))
            """;

    private final HandlingSettings settings;
    private final Pool database;

    RememberedKeys(HandlingSettings settings, Pool database) {
        this.settings = settings;
        this.database = database;
    }

    /// What was accepted under `key`, when anything was. Fails with [CommandFailure.KeyReused] when
    /// it was another request.
    public Uni<Optional<Accepted>> recall(IdempotencyKey key) {
        return Panache.withSession(() -> Panache.getSession().chain(session -> find(session, key)))
                .onFailure(StoreOutage::isOne)
                .transform(CommandFailure.StoreUnavailable::new);
    }

    /// What was accepted under `key`, or else what `work` accepts, written down in the transaction
    /// of `session`. Fails with [CommandFailure.RequestInFlight] when the first request with this
    /// key has not ended.
    Uni<Accepted> once(Session session, IdempotencyKey key, Supplier<Uni<Accepted>> work) {
        return session.createNativeQuery(LOCK, Boolean.class)
                .setParameter(1, key.value())
                .getSingleResult()
                .invoke(
                        Unchecked.consumer(isOurs -> {
                            if (!isOurs) {
                                throw new CommandFailure.RequestInFlight();
                            }
                        }))
                .chain(() -> find(session, key))
                .chain(found ->
                        found.map(accepted -> Uni.createFrom().item(accepted))
                                .orElseGet(() ->
                                        work.get()
                                                .call(accepted ->
                                                        session.persist(row(key, accepted)))));
    }

    private static Uni<Optional<Accepted>> find(Session session, IdempotencyKey key) {
        return session.find(IdempotencyRow.class, key.value())
                .map(row -> Optional.ofNullable(row).map(found -> acceptedFor(key, found)));
    }

    private static Accepted acceptedFor(IdempotencyKey key, IdempotencyRow row) {
        if (!row.fingerprint().equals(key.fingerprint())) {
            throw new CommandFailure.KeyReused();
        }
        return new Accepted(row.aggregateId(), row.version());
    }

    private static IdempotencyRow row(IdempotencyKey key, Accepted accepted) {
        return new IdempotencyRow(
                key.value(), key.fingerprint(), accepted.aggregateId(), accepted.version());
    }

    /// Forgets what is old enough, a batch at a time, so that no lock is held for long.
    @Scheduled(
            every = "{handling.forget-keys-every}",
            concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> expire() {
        return database.preparedQuery(EXPIRE)
                .execute(Tuple.of(settings.rememberKeysFor().toSeconds(), settings.expiryBatch()))
                .chain(deleted ->
                        deleted.rowCount() < settings.expiryBatch()
                                ? Uni.createFrom().voidItem()
                                : expire())
                .onFailure(StoreOutage::isOne)
                .invoke(outage -> LOG.warnf("Old keys are forgotten later: %s", outage))
                .onFailure(StoreOutage::isOne)
                .recoverWithNull();
    }
}
