package orders.bench;

/// What clients send, one after the other: an order of three lines is created, submitted and paid.
final class Commands {

    /// Commands of one order.
    static final int PER_ORDER = 3;

    private static final int CUSTOMERS = 1_000;

    private static final String ITEMS =
            """
            [{"productId":"85123A","description":"WHITE HANGING HEART T-LIGHT HOLDER","quantity":6,"unitPrice":"2.55"},\
            {"productId":"71053","description":"WHITE METAL LANTERN","quantity":6,"unitPrice":"3.39"},\
            {"productId":"84406B","description":"CREAM CUPID HEARTS COAT HANGER","quantity":8,"unitPrice":"2.75"}]\
            """;

    private Commands() {}

    /// @param path where it is posted
    record Command(String orderId, String path, String body) {

        String customerId() {
            return customerOf(orderId);
        }
    }

    /// The command number `number` of a client: three in a row belong to one order.
    static Command command(String client, long number) {
        String orderId = client + "-" + number / PER_ORDER;
        return switch ((int) (number % PER_ORDER)) {
            case 0 -> created(orderId);
            case 1 -> new Command(orderId, "/orders/" + orderId + "/submit", "{}");
            default ->
                    new Command(
                            orderId,
                            "/orders/" + orderId + "/payment",
                            "{\"method\":\"card\",\"amount\":\"57.64\"}");
        };
    }

    private static Command created(String orderId) {
        return new Command(
                orderId,
                "/orders",
                "{\"customerId\":\"%s\",\"orderId\":\"%s\",\"items\":%s}"
                        .formatted(customerOf(orderId), orderId, ITEMS));
    }

    private static String customerOf(String orderId) {
        return "c-" + Math.floorMod(orderId.hashCode(), CUSTOMERS);
    }
}
