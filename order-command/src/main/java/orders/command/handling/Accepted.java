package orders.command.handling;

/// A command that is committed, or was true already.
///
/// @param aggregateId the order or customer that it was given to
/// @param version the aggregate's version now
public record Accepted(String aggregateId, long version) {}
