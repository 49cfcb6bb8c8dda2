package orders.command.handling;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.CompositeException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.OptimisticLockException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orders.command.domain.Rejection;
import orders.command.relay.Backlog;
import orders.command.relay.WakeUp;
import orders.command.store.AggregateRow;
import orders.command.store.IdempotencyRow;
import orders.command.store.OrderRow;
import orders.command.store.StoreFailure;
import org.hibernate.FlushMode;
import org.hibernate.LockMode;
import org.hibernate.StaleStateException;
import org.hibernate.reactive.mutiny.Mutiny.Session;

/// Decides commands and saves what they lead to in one transaction: states, events and idempotency
/// keys. The relay is woken when it committed.
@ApplicationScoped
class Transactions {

    private static final int ATTEMPTS = 5;

    private final IdempotencyStore keys;
    private final Backlog backlog;
    private final WakeUp wakeUp;

    Transactions(IdempotencyStore keys, Backlog backlog, WakeUp wakeUp) {
        this.keys = keys;
        this.backlog = backlog;
        this.wakeUp = wakeUp;
    }

    /// A command that is accepted when the transaction commits.
    private record Decided(PendingCommand<?> command, Decision decision) {}

    /// It is certain that nothing is committed.
    private static final class RolledBack extends RuntimeException {
        RolledBack(Throwable cause) {
            super(null, cause, false, false);
        }
    }

    /// Whether the order of `command` belongs to the only customer whose orders it may change;
    /// settles it as if there was no such order otherwise. Never fails.
    Uni<Boolean> refuseUnlessOwned(PendingCommand<?> command) {
        return Panache.withSession(() ->
                        OrderRow.count(
                                "orderId = ?1 and customerId = ?2",
                                command.command().aggregateId(),
                                command.command().onlyCustomer().orElseThrow()))
                .map(owned -> owned > 0 || decide(command, null).findAny().isPresent())
                .onFailure()
                .invoke(failure -> command.fail(named(failure)))
                .onFailure()
                .recoverWithItem(false);
    }

    /// Settles commands to different aggregates together. Those that their decision refuses are
    /// settled at once and harm no other. Those of aggregates that another instance is changing are
    /// left, and so are all when the database refuses the transaction. Never fails.
    Uni<Void> commit(List<PendingCommand<?>> group) {
        return transaction(session ->
                        refuseRepeated(session, group).chain(() -> decideTogether(session, group)))
                .onFailure(failure -> !mayCommitAlone(failure))
                .invoke(failure -> group.forEach(command -> command.fail(named(failure))))
                .onFailure()
                .recoverWithNull();
    }

    /// Settles one command that a group left: it waits for those who are changing its aggregate,
    /// and is repeated when another begins the aggregate first. Never fails.
    Uni<Void> commitAlone(PendingCommand<?> command) {
        return transaction(session ->
                        session.find(
                                        command.command().table(),
                                        command.command().aggregateId(),
                                        LockMode.PESSIMISTIC_WRITE)
                                .map(row -> decide(command, row).toList()))
                .onFailure(Transactions::mayWinNext)
                .retry()
                .atMost(ATTEMPTS - 1)
                .onFailure()
                .invoke(failure -> command.fail(named(failure)))
                .onFailure()
                .recoverWithNull();
    }

    private Uni<Void> transaction(Function<Session, Uni<List<Decided>>> work) {
        return Panache.withTransaction(() ->
                        Panache.getSession()
                                .chain(session ->
                                        work.apply(session).call(decided -> save(session, decided)))
                                .onFailure()
                                .transform(RolledBack::new))
                .onFailure(CompositeException.class)
                .transform(Transactions::first)
                .invoke(this::committed)
                .replaceWithVoid();
    }

    /// A second row with its key would make the whole group fail.
    private Uni<Void> refuseRepeated(Session session, List<PendingCommand<?>> group) {
        Map<String, PendingCommand<?>> byKey = new HashMap<>();
        group.forEach(command ->
                command.command().key().ifPresent(key -> byKey.put(key.value(), command)));
        return keys.known(session, byKey.keySet())
                .invoke(known ->
                        known.forEach(
                                key -> byKey.get(key).fail(new CommandFailure.KeyTaken(null))))
                .replaceWithVoid();
    }

    private static Uni<List<Decided>> decideTogether(
            Session session, List<PendingCommand<?>> group) {
        Map<Class<? extends AggregateRow>, List<PendingCommand<?>>> byTable =
                group.stream()
                        .filter(command -> !command.isSettled())
                        .collect(Collectors.groupingBy(each -> each.command().table()));
        return Multi.createFrom()
                .iterable(byTable.entrySet())
                .onItem()
                .transformToUniAndConcatenate(table ->
                        unlocked(session, table.getKey(), table.getValue())
                                .map(rows -> decide(table.getValue(), rows)))
                .collect()
                .in(ArrayList::new, List::addAll);
    }

    /// The rows of aggregates that nobody else is changing; nobody else can until the transaction
    /// ends.
    private static Uni<? extends List<? extends AggregateRow>> unlocked(
            Session session,
            Class<? extends AggregateRow> table,
            List<PendingCommand<?>> commands) {
        return session.createQuery(
                        "from %s row where id(row) in :ids".formatted(table.getSimpleName()), table)
                .setParameter(
                        "ids", commands.stream().map(each -> each.command().aggregateId()).toList())
                .setLockMode(LockMode.UPGRADE_SKIPLOCKED)
                .getResultList();
    }

    private static List<Decided> decide(
            List<PendingCommand<?>> commands, List<? extends AggregateRow> rows) {
        Map<String, AggregateRow> byId =
                rows.stream()
                        .collect(Collectors.toMap(AggregateRow::aggregateId, Function.identity()));
        return commands.stream()
                .filter(command ->
                        command.command().begins()
                                || byId.containsKey(command.command().aggregateId()))
                .flatMap(command -> decide(command, byId.get(command.command().aggregateId())))
                .toList();
    }

    /// One that was refused stays so when the transaction is repeated.
    private static Stream<Decided> decide(PendingCommand<?> command, AggregateRow row) {
        if (command.isSettled()) {
            return Stream.of();
        }
        try {
            return Stream.of(new Decided(command, command.decide(row)));
        } catch (RuntimeException failure) {
            command.fail(named(failure));
            return Stream.of();
        }
    }

    /// Table by table, so that the rows of each go to the database together.
    private static Uni<Void> save(Session session, List<Decided> decided) {
        Stream<Object> aggregates =
                decided.stream().flatMap(each -> each.decision().newRow().stream());
        Stream<Object> events = decided.stream().flatMap(each -> each.decision().event().stream());
        Stream<Object> keys = decided.stream().flatMap(Transactions::remembered);
        return session.setFlushMode(FlushMode.MANUAL)
                .persistAll(Stream.of(aggregates, events, keys).flatMap(rows -> rows).toArray())
                .chain(session::flush);
    }

    private static Stream<IdempotencyRow> remembered(Decided decided) {
        Accepted accepted = decided.decision().accepted();
        return decided.command().command().key().stream()
                .map(key ->
                        new IdempotencyRow(
                                key.value(),
                                key.fingerprint(),
                                accepted.aggregateId(),
                                accepted.version()));
    }

    private void committed(List<Decided> all) {
        long events = all.stream().filter(each -> each.decision().event().isPresent()).count();
        if (events > 0) {
            backlog.grew(events);
            wakeUp.ring();
        }
        all.forEach(each -> each.command().accept(each.decision().accepted()));
    }

    /// What made the transaction fail; its rollback may have failed, too, when the connection was
    /// lost, and nothing is committed then either.
    private static Throwable first(Throwable both) {
        return ((CompositeException) both).getCauses().getFirst();
    }

    /// What is not certain to be rolled back is not done again, and what is away stays away.
    private static boolean mayCommitAlone(Throwable failure) {
        return !StoreFailure.isOutage(failure)
                && (failure instanceof RolledBack || isLostRace(failure));
    }

    /// `failure` in the words of this package, where it has any.
    private static Throwable named(Throwable failure) {
        Throwable cause = cause(failure);
        if (cause instanceof Rejection rejection) {
            return new CommandFailure.Rejected(rejection);
        }
        if (isKeyTaken(cause)) {
            return new CommandFailure.KeyTaken(cause);
        }
        if (isLostRace(cause)) {
            return new CommandFailure.ConcurrentUpdate(cause);
        }
        return StoreFailure.isOutage(cause) ? new CommandFailure.StoreUnavailable(cause) : cause;
    }

    /// Who waited for a lock in vain has no time to wait again.
    private static boolean mayWinNext(Throwable failure) {
        return isLostRace(failure) && !StoreFailure.isLockTimeout(failure);
    }

    private static boolean isLostRace(Throwable failure) {
        Throwable cause = cause(failure);
        return cause instanceof OptimisticLockException
                || cause instanceof StaleStateException
                || StoreFailure.isLostRace(cause)
                || (StoreFailure.isUniqueViolation(cause) && !isKeyTaken(cause));
    }

    private static boolean isKeyTaken(Throwable failure) {
        return StoreFailure.violates(IdempotencyRow.PRIMARY_KEY, failure);
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof RolledBack rolledBack ? rolledBack.getCause() : failure;
    }
}
