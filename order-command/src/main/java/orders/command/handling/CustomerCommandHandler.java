package orders.command.handling;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Optional;
import orders.command.domain.CustomerDecider;
import orders.command.store.Cause;
import orders.command.store.CustomerRow;
import orders.command.store.OutboxRow;
import orders.model.CustomerEvent;
import orders.model.CustomerEvent.Customer;
import orders.model.CustomerId;
import org.hibernate.reactive.mutiny.Mutiny.Session;

/// Handles what is put for customers: loads, decides, and saves the new state and its event in one
/// transaction.
@ApplicationScoped
public class CustomerCommandHandler {

    private final Transactions transactions;

    CustomerCommandHandler(Transactions transactions) {
        this.transactions = transactions;
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
        return transactions.run(
                "PutCustomer",
                key,
                session ->
                        session.find(CustomerRow.class, customerId.value())
                                .map(Optional::ofNullable)
                                .chain(row ->
                                        decideAndSave(
                                                session, customerId, row, customer, at, cause)));
    }

    private static Uni<Accepted> decideAndSave(
            Session session,
            CustomerId customerId,
            Optional<CustomerRow> row,
            Customer wanted,
            Instant at,
            Cause cause) {
        long version = row.map(CustomerRow::version).orElse(0L);
        Optional<CustomerEvent> decided =
                CustomerDecider.put(wanted, row.map(CustomerRow::customer), at);
        if (decided.isEmpty()) {
            return Uni.createFrom().item(new Accepted(customerId.value(), version));
        }
        row.ifPresent(present -> present.become(wanted));
        OutboxRow outboxRow = OutboxRow.of(customerId, version + 1, decided.get(), cause);
        return (row.isPresent()
                        ? session.persist(outboxRow)
                        : session.persistAll(new CustomerRow(customerId, wanted), outboxRow))
                .replaceWith(new Accepted(customerId.value(), version + 1));
    }
}
