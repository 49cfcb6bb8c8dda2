package orders.model;

import java.time.Instant;
import java.util.Optional;

/// What can have happened to a customer. Every event carries the whole customer, because its topic
/// is compacted.
public sealed interface CustomerEvent {

    /// The customer as it is after this event.
    Customer customer();

    /// When it happened.
    Instant at();

    /// The first that is known of this customer.
    record CustomerRegistered(Customer customer, Instant at) implements CustomerEvent {}

    /// Something of the customer is different now.
    record CustomerChanged(Customer customer, Instant at) implements CustomerEvent {}

    /// What is known of a customer.
    record Customer(String name, Optional<String> email, Optional<String> country) {}
}
