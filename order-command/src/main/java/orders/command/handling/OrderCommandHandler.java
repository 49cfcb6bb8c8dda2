package orders.command.handling;

import static orders.command.domain.OrderDecider.evolve;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import orders.command.domain.Order.NotCreated;
import orders.command.domain.OrderCommand;
import orders.command.domain.OrderCommand.CreateOrder;
import orders.command.domain.OrderDecider;
import orders.command.store.Cause;
import orders.command.store.OrderRow;
import orders.command.store.OutboxRow;
import orders.model.OrderEvent.OrderCreated;
import orders.model.OrderId;

/// Handles commands to orders: decides them, and says what is to be saved.
@ApplicationScoped
public class OrderCommandHandler {

    private final CommandQueue queue;

    OrderCommandHandler(CommandQueue queue) {
        this.queue = queue;
    }

    /// Does `command` when the order is at a version that is expected (a new order is at none).
    /// Fails with a [CommandFailure], and then nothing has changed.
    ///
    /// @param onlyCustomer whose order it must be: to the caller all others are not there
    /// @param key makes a repeated request get the answer of the first
    public Uni<Accepted> handle(
            OrderId orderId,
            OrderCommand command,
            Expected expected,
            Optional<String> onlyCustomer,
            Optional<IdempotencyKey> key,
            Cause cause) {
        return queue.submit(
                new Command<>(
                        command.getClass().getSimpleName(),
                        OrderRow.class,
                        orderId.value(),
                        command instanceof CreateOrder,
                        onlyCustomer,
                        key,
                        weight(command),
                        row -> decide(orderId, row, command, expected, cause)));
    }

    private static int weight(OrderCommand command) {
        return command instanceof CreateOrder created ? 1 + created.items().size() : 1;
    }

    private static Decision decide(
            OrderId orderId,
            Optional<OrderRow> row,
            OrderCommand command,
            Expected expected,
            Cause cause) {
        long version = row.map(OrderRow::version).orElse(0L);
        if (row.isPresent() && !expected.includes(version)) {
            throw new CommandFailure.VersionConflict(version);
        }
        var state = row.map(OrderRow::state).orElseGet(NotCreated::new);
        return OrderDecider.decide(command, state)
                .map(event -> {
                    OutboxRow outboxRow = OutboxRow.of(orderId, version + 1, event, cause);
                    row.ifPresent(present -> present.become(evolve(state, event), event.at()));
                    return Decision.of(
                            new Accepted(orderId.value(), version + 1),
                            event instanceof OrderCreated created
                                    ? Optional.of(new OrderRow(orderId, created))
                                    : Optional.empty(),
                            outboxRow);
                })
                .orElseGet(() -> Decision.alreadyTrue(orderId.value(), version));
    }
}
