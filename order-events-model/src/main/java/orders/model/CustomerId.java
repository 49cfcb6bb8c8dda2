package orders.model;

/// Identity of a customer, who may be named by an order before it is registered.
///
/// @param value see [Ids] for its alphabet
public record CustomerId(String value) {

    /// @throws IllegalArgumentException when `value` is not an id
    public CustomerId {
        Ids.require(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
