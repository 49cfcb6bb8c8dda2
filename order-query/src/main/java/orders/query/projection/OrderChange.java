package orders.query.projection;

import orders.model.OrderEvent;

/// An event that brought an order to a version.
public record OrderChange(String orderId, long version, OrderEvent event) {}
