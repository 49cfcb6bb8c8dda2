package orders.command.handling;

import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.MutinyHelper;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import orders.command.handling.PendingCommand.Aggregate;
import orders.command.relay.Backlog;
import orders.command.store.StoreFailure;

/// Commits commands in groups. Few transactions are in flight; one that is free takes all commands
/// that wait: one that comes alone waits for nothing, and many that come together share a commit.
/// Of one aggregate one command is in flight, and the others follow in their order.
///
/// A command is let in while there is room: for one more here, and for one more event that waits
/// for Kafka.
@ApplicationScoped
class CommandQueue {

    /// A group takes no more commands when those that it has weigh so much.
    private static final int LARGEST_WEIGHT = 1_000;

    private final HandlingSettings settings;
    private final Backlog backlog;
    private final Transactions transactions;
    private final CommandMetrics metrics;
    private final Vertx vertx;

    private final Set<PendingCommand<?>> waiting = new LinkedHashSet<>();
    private final Map<Aggregate, PendingCommand<?>> inFlight = new HashMap<>();
    private final Set<String> keysInFlight = new HashSet<>();
    private int commandsInFlight;
    private int groupsInFlight;

    CommandQueue(
            HandlingSettings settings,
            Backlog backlog,
            Transactions transactions,
            CommandMetrics metrics,
            Vertx vertx) {
        this.settings = settings;
        this.backlog = backlog;
        this.transactions = transactions;
        this.metrics = metrics;
        this.vertx = vertx;
    }

    /// Answers when `command` is committed, and its key with it; when it fails, with a
    /// [CommandFailure] where the cause is known, nothing is. Only when the database is silent for
    /// too long the outcome is open: then it is [CommandFailure.StoreUnavailable]. What was let in
    /// goes on when nobody waits for the answer any more.
    Uni<Accepted> submit(Command<?> command) {
        return metrics.measure(
                command.type(),
                Uni.createFrom()
                        .deferred(() ->
                                refusal(command)
                                        .map(Uni.createFrom()::<Accepted>failure)
                                        .orElseGet(() -> answer(command))));
    }

    private Uni<Accepted> answer(Command<?> command) {
        return Uni.createFrom()
                .<Accepted>emitter(
                        caller -> admit(new PendingCommand<>(command, caller, this::settled)))
                .ifNoItem()
                .after(settings.answerWithin())
                .failWith(CommandFailure.StoreUnavailable::new)
                .emitOn(MutinyHelper.executor(vertx.getOrCreateContext()));
    }

    private synchronized Optional<CommandFailure> refusal(Command<?> command) {
        if (backlog.isFull()) {
            return Optional.of(new CommandFailure.Overloaded("Too many events wait for Kafka."));
        }
        if (commandsInFlight >= settings.maxInFlight()) {
            return Optional.of(
                    new CommandFailure.Overloaded(
                            "More commands are in flight than this instance takes."));
        }
        if (command.key().isPresent() && !keysInFlight.add(command.key().get().value())) {
            return Optional.of(new CommandFailure.RequestInFlight());
        }
        commandsInFlight++;
        return Optional.empty();
    }

    /// An order never changes its owner, so nobody's lock is waited for, and an order of somebody
    /// else is refused as fast as one that is not there.
    private void admit(PendingCommand<?> command) {
        if (command.command().begins() || command.command().onlyCustomer().isEmpty()) {
            add(command);
        } else {
            onContextOfItsOwn(() ->
                    transactions
                            .refuseUnlessOwned(command)
                            .subscribe()
                            .with(isOwned -> {
                                if (isOwned) {
                                    add(command);
                                }
                            }));
        }
    }

    private synchronized void add(PendingCommand<?> command) {
        waiting.add(command);
        beginGroup();
    }

    private void settled(PendingCommand<?> command, Optional<Throwable> failure) {
        synchronized (this) {
            commandsInFlight--;
            inFlight.remove(command.aggregate(), command);
            command.command().key().ifPresent(key -> keysInFlight.remove(key.value()));
            beginGroup();
        }
        failure.filter(StoreFailure::isLockTimeout)
                .ifPresent(lockTimeout -> failThoseBehind(command.aggregate(), lockTimeout));
    }

    /// They have waited for the same lock.
    private void failThoseBehind(Aggregate aggregate, Throwable lockTimeout) {
        List<PendingCommand<?>> behind;
        synchronized (this) {
            behind = waiting.stream().filter(each -> each.aggregate().equals(aggregate)).toList();
            behind.forEach(waiting::remove);
        }
        behind.forEach(each -> each.fail(lockTimeout));
    }

    private synchronized void beginGroup() {
        if (!waiting.isEmpty() && groupsInFlight < settings.groupsInFlight()) {
            groupsInFlight++;
            onContextOfItsOwn(this::commitGroup);
        }
    }

    /// What has come until now, and not only until the group was begun.
    private void commitGroup() {
        List<PendingCommand<?>> group = take();
        transactions.commit(group).subscribe().with(_ -> endGroup(group));
    }

    private synchronized List<PendingCommand<?>> take() {
        List<PendingCommand<?>> group = new ArrayList<>();
        int weight = 0;
        for (var each = waiting.iterator();
                each.hasNext()
                        && group.size() < settings.groupSize()
                        && weight < LARGEST_WEIGHT; ) {
            PendingCommand<?> next = each.next();
            if (inFlight.putIfAbsent(next.aggregate(), next) == null) {
                each.remove();
                group.add(next);
                weight += next.command().weight();
            }
        }
        return group;
    }

    private void endGroup(List<PendingCommand<?>> group) {
        group.stream()
                .filter(each -> !each.isSettled())
                .forEach(left -> onContextOfItsOwn(() -> commitAlone(left)));
        synchronized (this) {
            groupsInFlight--;
            beginGroup();
        }
    }

    private void commitAlone(PendingCommand<?> left) {
        transactions.commitAlone(left).subscribe().with(_ -> {});
    }

    /// A session of the database belongs to a context.
    private void onContextOfItsOwn(Runnable work) {
        Context context = VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext());
        VertxContextSafetyToggle.setContextSafe(context, true);
        context.runOnContext(_ -> work.run());
    }
}
