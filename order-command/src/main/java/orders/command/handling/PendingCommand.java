package orders.command.handling;

import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.Optional;
import java.util.function.BiConsumer;
import orders.command.store.AggregateRow;

/// A command whose caller waits for the answer. It is settled once.
final class PendingCommand<R extends AggregateRow> {

    private final Command<R> command;
    private final UniEmitter<? super Accepted> caller;
    private final BiConsumer<PendingCommand<?>, Optional<Throwable>> onSettled;
    private volatile boolean isSettled;

    /// @param onSettled is told before the caller is, with the failure if there is one
    PendingCommand(
            Command<R> command,
            UniEmitter<? super Accepted> caller,
            BiConsumer<PendingCommand<?>, Optional<Throwable>> onSettled) {
        this.command = command;
        this.caller = caller;
        this.onSettled = onSettled;
    }

    Command<R> command() {
        return command;
    }

    /// The order or customer that it is given to.
    Aggregate aggregate() {
        return new Aggregate(command.table(), command.aggregateId());
    }

    /// Decides it.
    ///
    /// @param row `null` when the aggregate is not there
    Decision decide(AggregateRow row) {
        return command.decide().apply(Optional.ofNullable(command.table().cast(row)));
    }

    boolean isSettled() {
        return isSettled;
    }

    /// It is committed.
    void accept(Accepted accepted) {
        settle(Optional.empty());
        caller.complete(accepted);
    }

    /// It has changed nothing. One that is settled stays as it is.
    void fail(Throwable failure) {
        if (!isSettled) {
            settle(Optional.of(failure));
            caller.fail(failure);
        }
    }

    private void settle(Optional<Throwable> failure) {
        isSettled = true;
        onSettled.accept(this, failure);
    }

    /// An order or a customer.
    record Aggregate(Class<?> table, String id) {}
}
