package orders.bench;

/// An event as large as those of the load.
final class Events {

    /// The event of an order of three lines.
    static final String PAYLOAD =
            """
            {"schemaVersion":2,"orderId":"bench-0000-00000","version":1,"customerId":"c-123","currency":"EUR",\
            "items":[{"productId":"85123A","description":"WHITE HANGING HEART T-LIGHT HOLDER","quantity":6,"unitPrice":"2.55"},\
            {"productId":"71053","description":"WHITE METAL LANTERN","quantity":6,"unitPrice":"3.39"},\
            {"productId":"84406B","description":"CREAM CUPID HEARTS COAT HANGER","quantity":8,"unitPrice":"2.75"}],\
            "orderedAt":"2026-01-31T12:00:00.000Z","at":"2026-01-31T12:00:00.000Z"}\
            """;

    private Events() {}
}
