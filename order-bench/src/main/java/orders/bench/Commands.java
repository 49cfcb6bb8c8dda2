package orders.bench;

/// What clients send, one after the other: an order of three lines is created, submitted and paid.
final class Commands {

    /// Commands of one order.
    static final int PER_ORDER = 3;

    private static final String ITEMS =
            """
            [{"productId":"85123A","description":"WHITE HANGING HEART T-LIGHT HOLDER","quantity":6,"unitPrice":"2.55"},\
            {"productId":"71053","description":"WHITE METAL LANTERN","quantity":6,"unitPrice":"3.39"},\
            {"productId":"84406B","description":"CREAM CUPID HEARTS COAT HANGER","quantity":8,"unitPrice":"2.75"}]\
            """;

    private Commands() {}

    /// @param path where it is posted
    record Command(String path, String body) {}

    /// The command number `number` of a client: three in a row belong to one order.
    static Command command(String client, long number) {
        String orderId = client + "-" + number / PER_ORDER;
        return switch ((int) (number % PER_ORDER)) {
            case 0 -> new Command("/orders", created(orderId));
            case 1 -> new Command("/orders/" + orderId + "/submit", "{}");
            default ->
                    new Command(
                            "/orders/" + orderId + "/payment",
                            "{\"method\":\"card\",\"amount\":\"57.64\"}");
        };
    }

    private static String created(String orderId) {
        return "{\"customerId\":\"c-%d\",\"orderId\":\"%s\",\"items\":%s}"
                .formatted(Math.floorMod(orderId.hashCode(), 1_000), orderId, ITEMS);
    }
}
