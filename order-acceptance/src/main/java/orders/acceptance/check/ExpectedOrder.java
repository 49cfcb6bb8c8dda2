package orders.acceptance.check;

import java.math.BigDecimal;
import java.util.List;
import orders.acceptance.retail.RetailOrder;
import orders.acceptance.retail.RetailOrder.RetailItem;

/// How one order has to read back.
///
/// @param input what was fed
record ExpectedOrder(String orderId, Customer customer, RetailOrder input) {

    private static final List<String> KEPT = List.of("CREATED", "SUBMITTED");
    private static final List<String> TAKEN_BACK = List.of("CREATED", "SUBMITTED", "CANCELLED");

    record Customer(String customerId, String name, String country) {}

    List<RetailItem> lines() {
        return input.items();
    }

    /// Those it went through, one a version; the last is the present one.
    List<String> statuses() {
        return input.cancelled() ? TAKEN_BACK : KEPT;
    }

    String status() {
        return statuses().getLast();
    }

    long version() {
        return statuses().size();
    }

    BigDecimal total() {
        return lines().stream().map(RetailItem::total).reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
