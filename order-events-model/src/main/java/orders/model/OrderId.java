package orders.model;

/// Identity of an order: the aggregate id, the record key in Kafka and the name in URLs.
///
/// @param value see [Ids] for its alphabet
public record OrderId(String value) {

    /// @throws IllegalArgumentException when `value` is not an id
    public OrderId {
        Ids.require(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
