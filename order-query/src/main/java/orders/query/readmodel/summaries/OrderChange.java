package orders.query.readmodel.summaries;

/// A version of an order, and its place among those that were written of its partition.
public record OrderChange(int partition, long place, OrderSummary summary) {}
