package orders.query.readmodel.summaries;

/// A version of an order, and the place of its event in the topic.
public record OrderChange(int partition, long offset, OrderSummary summary) {}
