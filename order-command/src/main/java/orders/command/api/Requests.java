package orders.command.api;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import orders.command.domain.OrderCommand.AddItem;
import orders.command.domain.OrderCommand.CancelOrder;
import orders.command.domain.OrderCommand.CreateOrder;
import orders.command.domain.OrderCommand.PayOrder;
import orders.command.domain.OrderCommand.ShipOrder;
import orders.command.domain.OrderCommand.SubmitOrder;
import orders.command.domain.OrderDecider;
import orders.http.Fields;
import orders.http.Rule;
import orders.model.CustomerEvent.Customer;
import orders.model.CustomerId;
import orders.model.Money;
import orders.model.OrderId;
import orders.model.OrderItem;

/// From the body of a request to what it asks for. All throw [InvalidRequest] with everything that
/// is wrong.
final class Requests {

    private static final String[] ITEM = {"productId", "description", "quantity", "unitPrice"};

    private static final Money LARGEST_UNIT_PRICE = Money.of("1000000.00");

    /// More than 500 items of the largest quantity and price can cost.
    private static final Money LARGEST_AMOUNT = Money.of("1000000000000000.00");

    private Requests() {}

    /// An order to create.
    ///
    /// @param orderId when the client chose one
    record NewOrder(Optional<OrderId> orderId, CreateOrder command) {}

    static NewOrder newOrder(byte[] body, Instant now) {
        Fields fields = Fields.of(body, "customerId", "items", "currency", "orderId", "orderedAt");
        Optional<CustomerId> customerId = fields.required("customerId", Rules.CUSTOMER_ID);
        List<OrderItem> items =
                fields.requiredObjects("items", 1, OrderDecider.MAX_ITEMS, ITEM).stream()
                        .flatMap(Requests::readItem)
                        .toList();
        Optional<String> currency = fields.optional("currency", Rules.CURRENCY);
        Optional<OrderId> orderId = fields.optional("orderId", Rules.ORDER_ID);
        Optional<Instant> orderedAt = fields.optional("orderedAt", Rules.pastInstant(now));
        fields.done();
        return new NewOrder(
                orderId,
                new CreateOrder(
                        customerId.orElseThrow(),
                        currency.orElse("EUR"),
                        items,
                        orderedAt.orElse(now),
                        now));
    }

    static AddItem addItem(byte[] body, Instant now) {
        Fields fields = Fields.of(body, ITEM);
        Stream<OrderItem> item = readItem(fields);
        fields.done();
        return new AddItem(item.findFirst().orElseThrow(), now);
    }

    static SubmitOrder submit(byte[] body, Instant now) {
        Fields.of(body).done();
        return new SubmitOrder(now);
    }

    static PayOrder payment(byte[] body, Instant now) {
        Fields fields = Fields.of(body, "method", "amount", "reference");
        Optional<String> method = fields.required("method", Rule.text(1, 40));
        Optional<Money> amount = fields.required("amount", Rules.money(LARGEST_AMOUNT));
        Optional<String> reference = fields.optional("reference", Rule.text(1, 100));
        fields.done();
        return new PayOrder(method.orElseThrow(), amount.orElseThrow(), reference, now);
    }

    static ShipOrder ship(byte[] body, Instant now) {
        Fields fields = Fields.of(body, "carrier", "trackingNumber", "address");
        Optional<String> carrier = fields.required("carrier", Rule.text(1, 100));
        Optional<String> trackingNumber = fields.required("trackingNumber", Rule.text(1, 100));
        Optional<String> address = fields.optional("address", Rule.text(1, 500));
        fields.done();
        return new ShipOrder(carrier.orElseThrow(), trackingNumber.orElseThrow(), address, now);
    }

    static CancelOrder cancel(byte[] body, Instant now) {
        Fields fields = Fields.of(body, "reason");
        Optional<String> reason = fields.required("reason", Rule.text(1, 500));
        fields.done();
        return new CancelOrder(reason.orElseThrow(), now);
    }

    static Customer customer(byte[] body) {
        Fields fields = Fields.of(body, "name", "email", "country");
        Optional<String> name = fields.required("name", Rules.NAME);
        Optional<String> email = fields.optional("email", Rules.EMAIL_ADDRESS);
        Optional<String> country = fields.optional("country", Rule.text(1, 60));
        fields.done();
        return new Customer(name.orElseThrow(), email, country);
    }

    /// One item, or none when it is wrong.
    private static Stream<OrderItem> readItem(Fields fields) {
        Optional<String> productId = fields.required("productId", Rules.ID);
        Optional<String> description = fields.optional("description", Rule.text(0, 500));
        Optional<Integer> quantity = fields.required("quantity", Rules.integer(1, 1_000_000));
        Optional<Money> unitPrice = fields.required("unitPrice", Rules.money(LARGEST_UNIT_PRICE));
        return productId.isPresent() && quantity.isPresent() && unitPrice.isPresent()
                ? Stream.of(
                        new OrderItem(
                                productId.get(), description, quantity.get(), unitPrice.get()))
                : Stream.empty();
    }
}
