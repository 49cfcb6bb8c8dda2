package orders.command.store;

/// The present state of one aggregate.
public sealed interface AggregateRow permits OrderRow, CustomerRow {

    /// Id of the order or customer.
    String aggregateId();

    /// Version that the state in this row has.
    long version();
}
