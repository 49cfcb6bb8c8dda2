package orders.command.handling;

import java.util.Optional;
import java.util.function.Function;
import orders.command.store.AggregateRow;

/// A command to one aggregate, as its handler describes it.
///
/// @param type for those who watch, one of few
/// @param table rows of its kind of aggregate
/// @param begins whether the aggregate need not be there
/// @param onlyCustomer whose order it must be: to the caller all others are not there
/// @param key makes a repeated request get the answer of the first
/// @param weight items that it brings, and one
/// @param decide makes the decision, of the aggregate's row when there is one; fails with what the
///   caller is to be told, and has changed nothing in the row then
record Command<R extends AggregateRow>(
        String type,
        Class<R> table,
        String aggregateId,
        boolean begins,
        Optional<String> onlyCustomer,
        Optional<IdempotencyKey> key,
        int weight,
        Function<Optional<R>, Decision> decide) {}
