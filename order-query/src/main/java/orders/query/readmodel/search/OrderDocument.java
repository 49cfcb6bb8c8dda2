package orders.query.readmodel.search;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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

/// One order as it is searched for: a document of Elasticsearch.
///
/// @param customerName `null` until the customer is known
/// @param foldedName the name as it is searched for, `null` when the index makes that of it itself
/// @param country of the customer, `null` while none is known
/// @param customerVersion version of the customer that is shown, 0 while none is known
/// @param total exact text with two decimals
/// @param itemCount number of lines
/// @param descriptions of its lines, as far as they have any
/// @param foldedDescriptions those of them that are searched for as the index would not make them
/// @param productIds of its lines
/// @param readAt `null` of a new one
@RegisterForReflection
public record OrderDocument(
        String orderId,
        String customerId,
        String customerName,
        String foldedName,
        String country,
        long customerVersion,
        String status,
        String total,
        String currency,
        int itemCount,
        List<String> descriptions,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> foldedDescriptions,
        List<String> productIds,
        Instant createdAt,
        Instant updatedAt,
        long version,
        @JsonIgnore SequenceNumber readAt) {

    /// Documents of the first shape have no folded texts.
    public OrderDocument {
        foldedDescriptions = foldedDescriptions == null ? List.of() : foldedDescriptions;
    }

    /// How documents come from events. Names are not its business: they come from customers.
    static final Evolution<OrderDocument> EVOLUTION =
            new Evolution<>() {
                @Override
                public OrderDocument begin(String orderId, OrderCreated created) {
                    return new OrderDocument(
                            orderId,
                            created.customerId().value(),
                            null,
                            null,
                            null,
                            0,
                            "CREATED",
                            OrderItem.total(created.items()).toString(),
                            created.currency(),
                            created.items().size(),
                            descriptions(created).toList(),
                            descriptions(created)
                                    .map(Words::foldedOtherwise)
                                    .flatMap(Optional::stream)
                                    .toList(),
                            created.items().stream().map(OrderItem::productId).toList(),
                            created.orderedAt(),
                            created.at(),
                            1,
                            null);
                }

                @Override
                public OrderDocument evolve(OrderDocument view, long version, OrderEvent event) {
                    return switch (event) {
                        case OrderCreated _ ->
                                throw new IllegalStateException("creates an order that exists");
                        case OrderItemAdded added -> view.with(added.item(), version, added.at());
                        case OrderSubmitted _ -> view.at("SUBMITTED", version, event.at());
                        case OrderPaid _ -> view.at("PAID", version, event.at());
                        case OrderShipped _ -> view.at("SHIPPED", version, event.at());
                        case OrderCancelled _ -> view.at("CANCELLED", version, event.at());
                    };
                }

                @Override
                public OrderDocument skip(OrderDocument view, long version) {
                    return view.at(view.status, version, view.updatedAt);
                }

                @Override
                public String orderId(OrderDocument view) {
                    return view.orderId();
                }

                @Override
                public long version(OrderDocument view) {
                    return view.version();
                }
            };

    private static Stream<String> descriptions(OrderCreated created) {
        return created.items().stream().map(OrderItem::description).flatMap(Optional::stream);
    }

    /// About how many bytes it takes.
    long size() {
        return Stream.concat(descriptions.stream(), foldedDescriptions.stream())
                .mapToLong(String::length)
                .sum();
    }

    /// The same as it was read at `number`.
    OrderDocument at(SequenceNumber number) {
        return copy(
                status,
                total,
                descriptions,
                foldedDescriptions,
                productIds,
                updatedAt,
                version,
                number);
    }

    /// The same showing `customer`, unless it shows a newer one.
    OrderDocument showing(Customer customer) {
        return customer == null || customer.version() <= customerVersion
                ? this
                : new OrderDocument(
                        orderId,
                        customerId,
                        customer.name(),
                        customer.foldedName(),
                        customer.country(),
                        customer.version(),
                        status,
                        total,
                        currency,
                        itemCount,
                        descriptions,
                        foldedDescriptions,
                        productIds,
                        createdAt,
                        updatedAt,
                        version,
                        readAt);
    }

    private OrderDocument at(String newStatus, long newVersion, Instant time) {
        return copy(
                newStatus,
                total,
                descriptions,
                foldedDescriptions,
                productIds,
                time,
                newVersion,
                readAt);
    }

    private OrderDocument with(OrderItem item, long newVersion, Instant time) {
        return copy(
                status,
                Money.of(total).plus(item.lineTotal()).toString(),
                and(descriptions, item.description()),
                and(foldedDescriptions, item.description().flatMap(Words::foldedOtherwise)),
                and(productIds, Optional.of(item.productId())),
                time,
                newVersion,
                readAt);
    }

    private static List<String> and(List<String> texts, Optional<String> another) {
        return Stream.concat(texts.stream(), another.stream()).toList();
    }

    private OrderDocument copy(
            String newStatus,
            String newTotal,
            List<String> newDescriptions,
            List<String> newFoldedDescriptions,
            List<String> newProductIds,
            Instant time,
            long newVersion,
            SequenceNumber number) {
        return new OrderDocument(
                orderId,
                customerId,
                customerName,
                foldedName,
                country,
                customerVersion,
                newStatus,
                newTotal,
                currency,
                newProductIds.size(),
                newDescriptions,
                newFoldedDescriptions,
                newProductIds,
                createdAt,
                time,
                newVersion,
                number);
    }
}
