package orders.command.handling;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Optional;
import orders.command.domain.CustomerDecider;
import orders.command.store.Cause;
import orders.command.store.CustomerRow;
import orders.command.store.OutboxRow;
import orders.model.CustomerEvent.Customer;
import orders.model.CustomerId;

/// Handles what is put for customers: decides it, and says what is to be saved.
@ApplicationScoped
public class CustomerCommandHandler {

    private final CommandQueue queue;

    CustomerCommandHandler(CommandQueue queue) {
        this.queue = queue;
    }

    /// Makes `customer` what is known of `customerId`. Fails with a [CommandFailure], and then
    /// nothing has changed.
    ///
    /// @param key makes a repeated request get the answer of the first
    public Uni<Accepted> put(
            CustomerId customerId,
            Customer customer,
            Instant at,
            Optional<IdempotencyKey> key,
            Cause cause) {
        return queue.submit(
                new Command<>(
                        "PutCustomer",
                        CustomerRow.class,
                        customerId.value(),
                        true,
                        Optional.empty(),
                        key,
                        1,
                        row -> decide(customerId, row, customer, at, cause)));
    }

    private static Decision decide(
            CustomerId customerId,
            Optional<CustomerRow> row,
            Customer wanted,
            Instant at,
            Cause cause) {
        long version = row.map(CustomerRow::version).orElse(0L);
        return CustomerDecider.put(wanted, row.map(CustomerRow::customer), at)
                .map(event -> {
                    OutboxRow outboxRow = OutboxRow.of(customerId, version + 1, event, cause);
                    row.ifPresent(present -> present.become(wanted));
                    return Decision.of(
                            new Accepted(customerId.value(), version + 1),
                            row.isPresent()
                                    ? Optional.empty()
                                    : Optional.of(new CustomerRow(customerId, wanted)),
                            outboxRow);
                })
                .orElseGet(() -> Decision.alreadyTrue(customerId.value(), version));
    }
}
