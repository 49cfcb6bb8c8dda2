package orders.command.handling;

/// What makes a request the same as an earlier one.
///
/// @param value as the client chose it
/// @param fingerprint equal exactly when method, path and body are equal
public record IdempotencyKey(String value, String fingerprint) {}
