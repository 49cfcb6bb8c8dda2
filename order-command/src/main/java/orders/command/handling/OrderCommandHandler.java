package orders.command.handling;

import static orders.command.domain.OrderDecider.decide;
import static orders.command.domain.OrderDecider.evolve;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import orders.command.domain.Order.NotCreated;
import orders.command.domain.OrderCommand;
import orders.command.store.Cause;
import orders.command.store.OrderRow;
import orders.command.store.OutboxRow;
import orders.model.OrderEvent;
import orders.model.OrderEvent.OrderCreated;
import orders.model.OrderId;
import org.hibernate.reactive.mutiny.Mutiny.Session;

/// Handles commands to orders: loads, decides, and saves the new state and its event in one
/// transaction.
@ApplicationScoped
public class OrderCommandHandler {

    private final Transactions transactions;

    OrderCommandHandler(Transactions transactions) {
        this.transactions = transactions;
    }

    /// Does `command` when the order is at a version that is expected (a new order is at none).
    /// Fails with a [CommandFailure], and then nothing has changed.
    ///
    /// @param key makes a repeated request get the answer of the first
    public Uni<Accepted> handle(
            OrderId orderId,
            OrderCommand command,
            Expected expected,
            Optional<IdempotencyKey> key,
            Cause cause) {
        return transactions.run(
                command.getClass().getSimpleName(),
                key,
                session ->
                        session.find(OrderRow.class, orderId.value())
                                .map(Optional::ofNullable)
                                .invoke(row -> requireExpected(row, expected))
                                .chain(row ->
                                        decideAndSave(session, orderId, row, command, cause)));
    }

    private static void requireExpected(Optional<OrderRow> row, Expected expected) {
        if (row.isPresent() && !expected.includes(row.get().version())) {
            throw new CommandFailure.VersionConflict(row.get().version());
        }
    }

    private static Uni<Accepted> decideAndSave(
            Session session,
            OrderId orderId,
            Optional<OrderRow> row,
            OrderCommand command,
            Cause cause) {
        var state = row.map(OrderRow::state).orElseGet(NotCreated::new);
        long version = row.map(OrderRow::version).orElse(0L);
        Optional<OrderEvent> decided = decide(command, state);
        if (decided.isEmpty()) {
            return Uni.createFrom().item(new Accepted(orderId.value(), version));
        }
        OrderEvent event = decided.get();
        row.ifPresent(present -> present.become(evolve(state, event), event.at()));
        OutboxRow outboxRow = OutboxRow.of(orderId, version + 1, event, cause);
        return (event instanceof OrderCreated created
                        ? session.persistAll(new OrderRow(orderId, created), outboxRow)
                        : session.persist(outboxRow))
                .replaceWith(new Accepted(orderId.value(), version + 1));
    }
}
