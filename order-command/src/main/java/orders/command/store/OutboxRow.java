package orders.command.store;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import orders.model.CustomerEvent;
import orders.model.CustomerId;
import orders.model.EventCodec;
import orders.model.OrderEvent;
import orders.model.OrderId;

/// One event on its way to Kafka. Written with the state that it belongs to, deleted by the relay.
///
/// The database gives each row its `position`; of one aggregate's rows the older has the smaller
/// one, because a version is only written when the one before it has committed.
@Entity
@Table(name = "outbox")
public class OutboxRow extends PanacheEntityBase {

    @Id UUID id;

    @Column(name = "aggregatetype")
    String aggregateType;

    @Column(name = "aggregateid")
    String aggregateId;

    @Column(name = "type")
    String type;

    @Column(name = "payload")
    String payload;

    @Column(name = "version")
    long version;

    @Column(name = "occurred_at")
    Instant occurredAt;

    @Column(name = "correlation_id")
    String correlationId;

    @Column(name = "traceparent")
    String traceparent;

    /// For Hibernate.
    protected OutboxRow() {}

    private OutboxRow(
            String aggregateType,
            String aggregateId,
            String type,
            String payload,
            long version,
            Instant occurredAt,
            Cause cause) {
        this.id = UUID.randomUUID();
        this.aggregateType = aggregateType;
        this.aggregateId = aggregateId;
        this.type = type;
        this.payload = payload;
        this.version = version;
        this.occurredAt = occurredAt;
        this.correlationId = cause.correlationId();
        this.traceparent = cause.traceparent().orElse(null);
    }

    /// The row for the event that brought `orderId` to `version`.
    public static OutboxRow of(OrderId orderId, long version, OrderEvent event, Cause cause) {
        return new OutboxRow(
                "order",
                orderId.value(),
                EventCodec.typeOf(event),
                EventCodec.encode(orderId, version, event),
                version,
                event.at(),
                cause);
    }

    /// The row for the event that brought `customerId` to `version`.
    public static OutboxRow of(
            CustomerId customerId, long version, CustomerEvent event, Cause cause) {
        return new OutboxRow(
                "customer",
                customerId.value(),
                EventCodec.typeOf(event),
                EventCodec.encode(customerId, version, event),
                version,
                event.at(),
                cause);
    }
}
