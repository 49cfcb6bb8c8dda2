package orders.command.store;

import java.util.Optional;

/// The request that caused an event, for those who follow it through the system.
///
/// @param correlationId as the caller named it, or a new one
/// @param traceparent W3C trace context, when the caller sent one
public record Cause(String correlationId, Optional<String> traceparent) {}
