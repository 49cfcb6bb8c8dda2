package orders.command.handling;

/// A command that is committed, or was true already.
///
/// @param version the aggregate's version now
public record Accepted(long version) {}
