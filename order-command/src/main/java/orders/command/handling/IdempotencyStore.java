package orders.command.handling;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import orders.command.store.IdempotencyRow;
import orders.command.store.StoreFailure;
import org.hibernate.reactive.mutiny.Mutiny.Session;
import org.jboss.logging.Logger;

/// One effect for one `Idempotency-Key`. A key is written in the transaction of the command that it
/// came with, and only once, on whatever instance: a second command with it is rolled back, and
/// gets what was accepted first.
@ApplicationScoped
public class IdempotencyStore {

    private static final Logger LOG = Logger.getLogger(IdempotencyStore.class);

    private static final String EXPIRE =
            """
            delete from idempotency_keys where idempotency_key = any (array(
                select idempotency_key from idempotency_keys
                where accepted_at < now() - make_interval(secs => $1)
                order by accepted_at limit $2 for update skip locked))
            """;

    private final HandlingSettings settings;
    private final Pool database;

    IdempotencyStore(HandlingSettings settings, Pool database) {
        this.settings = settings;
        this.database = database;
    }

    /// What was accepted under `key`, when anything was. Fails with [CommandFailure.KeyReused] when
    /// it was another request.
    public Uni<Optional<Accepted>> recall(IdempotencyKey key) {
        return Panache.withSession(() -> Panache.getSession().chain(session -> find(session, key)))
                .onFailure(StoreFailure::isOutage)
                .transform(CommandFailure.StoreUnavailable::new);
    }

    /// Which of these keys are remembered.
    Uni<List<String>> known(Session session, Set<String> values) {
        return values.isEmpty()
                ? Uni.createFrom().item(List.of())
                : session.createSelectionQuery(
                                "select key from IdempotencyRow where key in :keys", String.class)
                        .setParameter("keys", values)
                        .getResultList();
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
                .onFailure(StoreFailure::isOutage)
                .invoke(outage -> LOG.warnf("Old keys are forgotten later: %s", outage))
                .onFailure(StoreFailure::isOutage)
                .recoverWithNull();
    }
}
