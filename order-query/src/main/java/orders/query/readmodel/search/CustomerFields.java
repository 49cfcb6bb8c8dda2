package orders.query.readmodel.search;

import io.quarkus.runtime.annotations.RegisterForReflection;

/// What an order shows of its customer.
@RegisterForReflection
record CustomerFields(
        String customerName, String foldedName, String country, long customerVersion) {

    static CustomerFields of(Customer customer) {
        return new CustomerFields(
                customer.name(), customer.foldedName(), customer.country(), customer.version());
    }
}
