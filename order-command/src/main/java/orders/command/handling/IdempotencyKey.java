package orders.command.handling;

/// What makes a request the same as an earlier one.
///
/// @param value its caller, and what the caller chose
/// @param fingerprint equal exactly when method, path and body are equal
public record IdempotencyKey(String value, String fingerprint) {}
