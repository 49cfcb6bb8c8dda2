package orders.command.store;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import orders.command.domain.Order;
import orders.command.domain.Order.Cancelled;
import orders.command.domain.Order.Created;
import orders.command.domain.Order.NotCreated;
import orders.command.domain.Order.Paid;
import orders.command.domain.Order.Shipped;
import orders.command.domain.Order.Submitted;
import orders.model.EventCodec;
import orders.model.OrderEvent.OrderCreated;
import orders.model.OrderId;
import orders.model.OrderItem;

/// The present state of one order.
@Entity
@Table(name = "orders")
public non-sealed class OrderRow extends PanacheEntityBase implements AggregateRow {

    enum Status {
        CREATED,
        SUBMITTED,
        PAID,
        SHIPPED,
        CANCELLED
    }

    @Id
    @Column(name = "order_id")
    String orderId;

    /// Raised by one with every save; the save fails when somebody else was faster.
    @Version
    @Column(name = "version")
    long version;

    @Enumerated(EnumType.STRING)
    @Column(name = "status")
    Status status;

    @Column(name = "customer_id")
    String customerId;

    @Column(name = "currency")
    String currency;

    @Column(name = "items")
    String items;

    @Column(name = "ordered_at")
    Instant orderedAt;

    @Column(name = "updated_at")
    Instant updatedAt;

    /// For Hibernate.
    protected OrderRow() {}

    /// The row of a new order, at version 1.
    public OrderRow(OrderId orderId, OrderCreated created) {
        this.orderId = orderId.value();
        this.version = 1;
        this.status = Status.CREATED;
        this.customerId = created.customerId().value();
        this.currency = created.currency();
        this.items = EventCodec.encodeItems(created.items());
        this.orderedAt = created.orderedAt();
        this.updatedAt = created.at();
    }

    @Override
    public String aggregateId() {
        return orderId;
    }

    @Override
    public long version() {
        return version;
    }

    /// The state that decisions are made on.
    public Order state() {
        return switch (status) {
            case CREATED -> new Created(EventCodec.decodeItems(items));
            case SUBMITTED -> new Submitted(OrderItem.total(EventCodec.decodeItems(items)));
            case PAID -> new Paid();
            case SHIPPED -> new Shipped();
            case CANCELLED -> new Cancelled();
        };
    }

    /// Takes over the state after an event that happened at `at`; saved when the transaction
    /// commits.
    ///
    /// @throws IllegalStateException when an order that exists would be not created
    public void become(Order state, Instant at) {
        switch (state) {
            case Created created -> {
                status = Status.CREATED;
                items = EventCodec.encodeItems(created.items());
            }
            case Submitted _ -> status = Status.SUBMITTED;
            case Paid _ -> status = Status.PAID;
            case Shipped _ -> status = Status.SHIPPED;
            case Cancelled _ -> status = Status.CANCELLED;
            case NotCreated _ -> throw new IllegalStateException("an order cannot be undone");
        }
        updatedAt = at;
    }
}
