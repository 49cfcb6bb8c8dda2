package orders.acceptance.retail;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/// One line of the input file.
///
/// @param invoice unique in the file
/// @param invoicedAt when the customer ordered
/// @param cancelled the retailer took it back
public record RetailOrder(
        String invoice,
        String customerId,
        String country,
        Instant invoicedAt,
        boolean cancelled,
        List<RetailItem> items) {

    public RetailOrder {
        items = List.copyOf(items);
    }

    /// One line of the order.
    ///
    /// @param productId the stock code
    /// @param unitPrice in pounds
    public record RetailItem(
            String productId, String description, int quantity, BigDecimal unitPrice) {

        /// In pounds.
        public BigDecimal total() {
            return unitPrice.multiply(BigDecimal.valueOf(quantity));
        }
    }
}
