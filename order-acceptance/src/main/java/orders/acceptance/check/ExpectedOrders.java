package orders.acceptance.check;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import orders.acceptance.check.ExpectedOrder.Customer;
import orders.acceptance.retail.RetailNames;
import orders.acceptance.retail.RetailOrder;

/// What the read side has to show after a file was fed, computed from the file alone.
public final class ExpectedOrders {

    private final Map<String, ExpectedOrder> byId;

    private ExpectedOrders(Map<String, ExpectedOrder> byId) {
        this.byId = byId;
    }

    /// After all of `orders` were fed under the given names.
    public static ExpectedOrders of(Collection<RetailOrder> orders, RetailNames names) {
        Map<String, Customer> customers = new HashMap<>();
        Map<String, ExpectedOrder> byId = new LinkedHashMap<>();
        for (RetailOrder order : orders) {
            String customerId = names.customerId(order);
            // A customer with two countries in the file keeps the first.
            Customer customer =
                    customers.computeIfAbsent(
                            customerId,
                            id -> new Customer(id, names.customerName(order), order.country()));
            String orderId = names.orderId(order);
            byId.put(orderId, new ExpectedOrder(orderId, customer, order));
        }
        return new ExpectedOrders(byId);
    }

    /// How many orders there have to be.
    public int size() {
        return byId.size();
    }

    Collection<ExpectedOrder> all() {
        return byId.values();
    }

    Optional<ExpectedOrder> find(String orderId) {
        return Optional.ofNullable(byId.get(orderId));
    }
}
