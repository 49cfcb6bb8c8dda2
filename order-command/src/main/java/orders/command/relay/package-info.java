/// Brings outbox rows to Kafka: in order per key, at least once. Knows keys and bytes, but no
/// order.
package orders.command.relay;
