package orders.query.readmodel.details;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.mongodb.panache.common.MongoEntity;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import orders.model.Money;
import orders.model.OrderEvent;
import orders.model.OrderEvent.OrderCancelled;
import orders.model.OrderEvent.OrderCreated;
import orders.model.OrderEvent.OrderItemAdded;
import orders.model.OrderEvent.OrderPaid;
import orders.model.OrderEvent.OrderShipped;
import orders.model.OrderEvent.OrderSubmitted;
import orders.model.OrderItem;
import orders.query.projection.Evolution;
import org.bson.codecs.pojo.annotations.BsonId;

/// One order with everything that is known of it: a document of MongoDB and, but for what is only
/// of use to the store, the answer to a read.
///
/// Amounts are exact texts with two decimals.
///
/// @param customerVersion version of the customer that is shown, 0 while none is known
/// @param customerAt time of the customer's event, `null` while none is known
/// @param payment `null` until it is paid
/// @param shipping `null` until it is shipped
/// @param history one entry a change of status
@MongoEntity(collection = OrderDetails.ORDERS)
@RegisterForReflection
public record OrderDetail(
        @BsonId String orderId,
        Customer customer,
        @JsonIgnore long customerVersion,
        @JsonIgnore Instant customerAt,
        String status,
        String currency,
        String total,
        List<Item> items,
        Payment payment,
        Shipping shipping,
        List<StatusChange> history,
        Instant createdAt,
        Instant updatedAt,
        @JsonIgnore long version) {

    /// Who ordered; all but the id is `null` until the customer is known.
    @RegisterForReflection
    public record Customer(String customerId, String name, String email, String country) {}

    /// One line.
    @RegisterForReflection
    public record Item(
            String productId,
            String description,
            int quantity,
            String unitPrice,
            String lineTotal) {

        static Item of(OrderItem item) {
            return new Item(
                    item.productId(),
                    item.description().orElse(null),
                    item.quantity(),
                    item.unitPrice().toString(),
                    item.lineTotal().toString());
        }
    }

    /// How it was paid.
    @RegisterForReflection
    public record Payment(String method, String amount, String reference) {}

    /// How it is on its way.
    @RegisterForReflection
    public record Shipping(String carrier, String trackingNumber, String address) {}

    /// When it came to a status.
    ///
    /// @param reason only of a cancellation
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record StatusChange(String status, Instant at, long version, String reason) {}

    /// How details come from events. What is known of customers is not its business: it comes from
    /// their own events.
    static final Evolution<OrderDetail> EVOLUTION =
            new Evolution<>() {
                @Override
                public OrderDetail begin(String orderId, OrderCreated created) {
                    return new OrderDetail(
                            orderId,
                            new Customer(created.customerId().value(), null, null, null),
                            0,
                            null,
                            "CREATED",
                            created.currency(),
                            OrderItem.total(created.items()).toString(),
                            created.items().stream().map(Item::of).toList(),
                            null,
                            null,
                            List.of(new StatusChange("CREATED", created.at(), 1, null)),
                            created.orderedAt(),
                            created.at(),
                            1);
                }

                @Override
                public OrderDetail evolve(OrderDetail view, long version, OrderEvent event) {
                    return switch (event) {
                        case OrderCreated _ ->
                                throw new IllegalStateException("creates an order that exists");
                        case OrderItemAdded added -> view.with(added.item(), version, event);
                        case OrderSubmitted _ -> view.become("SUBMITTED", null, version, event);
                        case OrderPaid paid ->
                                view.with(
                                                new Payment(
                                                        paid.method(),
                                                        paid.amount().toString(),
                                                        paid.reference().orElse(null)),
                                                view.shipping)
                                        .become("PAID", null, version, event);
                        case OrderShipped shipped ->
                                view.with(
                                                view.payment,
                                                new Shipping(
                                                        shipped.carrier(),
                                                        shipped.trackingNumber(),
                                                        shipped.address().orElse(null)))
                                        .become("SHIPPED", null, version, event);
                        case OrderCancelled cancelled ->
                                view.become("CANCELLED", cancelled.reason(), version, event);
                    };
                }

                @Override
                public OrderDetail skip(OrderDetail view, long version) {
                    return view.with(view.items, view.total, view.updatedAt, version);
                }

                @Override
                public String orderId(OrderDetail view) {
                    return view.orderId();
                }

                @Override
                public long version(OrderDetail view) {
                    return view.version();
                }
            };

    private OrderDetail become(String newStatus, String reason, long newVersion, OrderEvent event) {
        List<StatusChange> changes = new ArrayList<>(history);
        changes.add(new StatusChange(newStatus, event.at(), newVersion, reason));
        return new OrderDetail(
                orderId,
                customer,
                customerVersion,
                customerAt,
                newStatus,
                currency,
                total,
                items,
                payment,
                shipping,
                changes,
                createdAt,
                event.at(),
                newVersion);
    }

    private OrderDetail with(OrderItem item, long newVersion, OrderEvent event) {
        List<Item> more = new ArrayList<>(items);
        more.add(Item.of(item));
        String newTotal = Money.of(total).plus(item.lineTotal()).toString();
        return with(more, newTotal, event.at(), newVersion);
    }

    private OrderDetail with(
            List<Item> newItems, String newTotal, Instant newUpdatedAt, long newVersion) {
        return new OrderDetail(
                orderId,
                customer,
                customerVersion,
                customerAt,
                status,
                currency,
                newTotal,
                newItems,
                payment,
                shipping,
                history,
                createdAt,
                newUpdatedAt,
                newVersion);
    }

    private OrderDetail with(Payment newPayment, Shipping newShipping) {
        return new OrderDetail(
                orderId,
                customer,
                customerVersion,
                customerAt,
                status,
                currency,
                total,
                items,
                newPayment,
                newShipping,
                history,
                createdAt,
                updatedAt,
                version);
    }
}
