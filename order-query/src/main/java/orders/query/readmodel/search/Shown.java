package orders.query.readmodel.search;

import io.quarkus.runtime.annotations.RegisterForReflection;

/// What an order shows of its customer.
@RegisterForReflection
record Shown(String customerName, String country, long customerVersion) {

    static Shown of(Customer customer) {
        return new Shown(customer.name(), customer.country(), customer.version());
    }
}
