package orders.query.projection;

import java.time.Instant;
import orders.model.CustomerEvent.Customer;

/// What a customer was at a version.
public record CustomerChange(String customerId, long version, Customer customer, Instant at) {}
