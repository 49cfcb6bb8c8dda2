package orders.acceptance.retail;

/// What the things of the file are called in our system. The ids are chosen by the client, so that
/// feeding the same file again finds what is there already.
///
/// @param prefix stands before every order and customer id
public record RetailNames(String prefix) {

    /// The only currency of the file.
    public static final String CURRENCY = "GBP";

    /// Why an order of the file is cancelled.
    public static final String CANCEL_REASON = "credit note of the retailer";

    /// Id of the order.
    public String orderId(RetailOrder order) {
        return prefix + order.invoice();
    }

    /// Id of the customer.
    public String customerId(RetailOrder order) {
        return prefix + order.customerId();
    }

    /// The file has no names of customers, so we give them one.
    public String customerName(RetailOrder order) {
        return "Customer " + order.customerId();
    }
}
