package orders.command.domain;

import java.time.Instant;
import java.util.Optional;
import orders.model.CustomerEvent;
import orders.model.CustomerEvent.Customer;
import orders.model.CustomerEvent.CustomerChanged;
import orders.model.CustomerEvent.CustomerRegistered;

/// The one rule of a customer: what is put there is what there is.
public final class CustomerDecider {

    private CustomerDecider() {}

    /// What happens when `wanted` is put at `at` where `present` is known: one event, or none when
    /// it is the same.
    public static Optional<CustomerEvent> put(
            Customer wanted, Optional<Customer> present, Instant at) {
        if (present.isEmpty()) {
            return Optional.of(new CustomerRegistered(wanted, at));
        }
        return present.get().equals(wanted)
                ? Optional.empty()
                : Optional.of(new CustomerChanged(wanted, at));
    }
}
