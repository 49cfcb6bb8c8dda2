package orders.command.handling;

import java.util.Optional;
import orders.command.store.AggregateRow;
import orders.command.store.OutboxRow;

/// What a command leads to.
///
/// @param accepted its answer, as soon as it is committed
/// @param newRow the row of an aggregate that begins
/// @param event none when it was true already
record Decision(
        Accepted accepted, Optional<? extends AggregateRow> newRow, Optional<OutboxRow> event) {

    /// `event` happens, and `newRow` is there from now on, if any.
    static Decision of(
            Accepted accepted, Optional<? extends AggregateRow> newRow, OutboxRow event) {
        return new Decision(accepted, newRow, Optional.of(event));
    }

    /// What was asked is true already, at this version.
    static Decision alreadyTrue(String aggregateId, long version) {
        return new Decision(new Accepted(aggregateId, version), Optional.empty(), Optional.empty());
    }
}
