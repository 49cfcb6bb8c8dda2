package orders.acceptance.check;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/// How one order has to read back.
///
/// @param statuses those it went through, one a version; the last is the present one
record ExpectedOrder(
        String orderId,
        Customer customer,
        String currency,
        Instant createdAt,
        List<Line> lines,
        List<String> statuses) {

    record Customer(String customerId, String name, String country) {}

    record Line(String productId, String description, int quantity, BigDecimal unitPrice) {

        BigDecimal total() {
            return unitPrice.multiply(BigDecimal.valueOf(quantity));
        }
    }

    ExpectedOrder {
        lines = List.copyOf(lines);
        statuses = List.copyOf(statuses);
    }

    String status() {
        return statuses.getLast();
    }

    long version() {
        return statuses.size();
    }

    BigDecimal total() {
        return lines.stream().map(Line::total).reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
