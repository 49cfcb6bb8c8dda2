package orders.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import orders.model.CustomerEvent.Customer;
import orders.model.CustomerEvent.CustomerChanged;
import orders.model.CustomerEvent.CustomerRegistered;
import orders.model.OrderEvent.OrderCancelled;
import orders.model.OrderEvent.OrderCreated;
import orders.model.OrderEvent.OrderItemAdded;
import orders.model.OrderEvent.OrderPaid;
import orders.model.OrderEvent.OrderShipped;
import orders.model.OrderEvent.OrderSubmitted;

/// The only class that knows how events look as JSON and what their types are called on the wire.
///
/// A change of shape is additive or raises `schemaVersion` of its type; older shapes are upgraded
/// while they are read, newer ones are refused. So is whatever breaks its JSON Schema (in
/// `schemas/`): nothing is coerced.
public final class EventCodec {

    /// Media type of every event.
    public static final String CONTENT_TYPE = "application/json";

    private static final String ORDER_CREATED = "OrderCreated";
    private static final String ORDER_ITEM_ADDED = "OrderItemAdded";
    private static final String ORDER_SUBMITTED = "OrderSubmitted";
    private static final String ORDER_PAID = "OrderPaid";
    private static final String ORDER_SHIPPED = "OrderShipped";
    private static final String ORDER_CANCELLED = "OrderCancelled";
    private static final String CUSTOMER_REGISTERED = "CustomerRegistered";
    private static final String CUSTOMER_CHANGED = "CustomerChanged";

    /// Since 2 it has a currency; before, every order was in euros.
    private static final int ORDER_CREATED_SCHEMA = 2;

    private static final int FIRST_SCHEMA = 1;
    private static final int LONGEST_SHOWN = 64;

    private static final JsonFactory JSON = new JsonFactory();
    private static final ObjectMapper TREES =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,18}");
    private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");
    private static final Pattern MONEY = Pattern.compile("[0-9]{1,16}\\.[0-9]{2}");

    /// Of the years 0001 to 9999, which every store knows.
    private static final Pattern TIME =
            Pattern.compile(
                    "(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}"
                            + "(\\.[0-9]{1,9})?Z");

    private EventCodec() {}

    /// The type's name on the wire.
    public static String typeOf(OrderEvent event) {
        return switch (event) {
            case OrderCreated _ -> ORDER_CREATED;
            case OrderItemAdded _ -> ORDER_ITEM_ADDED;
            case OrderSubmitted _ -> ORDER_SUBMITTED;
            case OrderPaid _ -> ORDER_PAID;
            case OrderShipped _ -> ORDER_SHIPPED;
            case OrderCancelled _ -> ORDER_CANCELLED;
        };
    }

    /// The type's name on the wire.
    public static String typeOf(CustomerEvent event) {
        return switch (event) {
            case CustomerRegistered _ -> CUSTOMER_REGISTERED;
            case CustomerChanged _ -> CUSTOMER_CHANGED;
        };
    }

    /// The record's value for the event that brought the order `orderId` to `version`.
    public static String encode(OrderId orderId, long version, OrderEvent event) {
        int schema = event instanceof OrderCreated ? ORDER_CREATED_SCHEMA : FIRST_SCHEMA;
        return json(
                schema,
                json -> {
                    json.writeStringField("orderId", orderId.value());
                    json.writeNumberField("version", version);
                    json.writeStringField("at", event.at().toString());
                    switch (event) {
                        case OrderCreated created -> writeCreated(json, created);
                        case OrderItemAdded added -> {
                            json.writeFieldName("item");
                            writeItem(json, added.item());
                        }
                        case OrderSubmitted _ -> {}
                        case OrderPaid paid -> {
                            json.writeStringField("method", paid.method());
                            json.writeStringField("amount", paid.amount().toString());
                            writeOptional(json, "reference", paid.reference());
                        }
                        case OrderShipped shipped -> {
                            json.writeStringField("carrier", shipped.carrier());
                            json.writeStringField("trackingNumber", shipped.trackingNumber());
                            writeOptional(json, "address", shipped.address());
                        }
                        case OrderCancelled cancelled ->
                                json.writeStringField("reason", cancelled.reason());
                    }
                });
    }

    /// The record's value for the event that brought the customer `customerId` to `version`.
    public static String encode(CustomerId customerId, long version, CustomerEvent event) {
        return json(
                FIRST_SCHEMA,
                json -> {
                    json.writeStringField("customerId", customerId.value());
                    json.writeNumberField("version", version);
                    json.writeStringField("at", event.at().toString());
                    json.writeStringField("name", event.customer().name());
                    writeOptional(json, "email", event.customer().email());
                    writeOptional(json, "country", event.customer().country());
                });
    }

    /// Lines as a JSON array, for a store that keeps them in one column.
    public static String encodeItems(List<OrderItem> items) {
        return write(json -> writeItems(json, items));
    }

    /// Reads what [#encodeItems] wrote.
    ///
    /// @throws UnreadableEvent when it did not
    public static List<OrderItem> decodeItems(String items) {
        try {
            return readItems(TREES.readTree(items));
        } catch (JsonProcessingException broken) {
            throw new UnreadableEvent("not a list of items", broken);
        }
    }

    /// Reads a version as it stands in the header [Topics#CE_SEQUENCE].
    ///
    /// @throws UnreadableEvent when it is no decimal number from 1 on that fits a `long`
    public static long decodeVersion(String sequence) {
        try {
            if (sequence != null && VERSION.matcher(sequence).matches()) {
                return Long.parseLong(sequence);
            }
        } catch (NumberFormatException tooLarge) {
            throw new UnreadableEvent("version cannot be read: " + sequence, tooLarge);
        }
        throw new UnreadableEvent("version cannot be read: " + sequence);
    }

    /// Reads an order's event of any shape that was ever written.
    ///
    /// @param type the type's name on the wire
    /// @throws UnreadableEvent when the type is unknown, the shape newer than this code, or the
    ///   value not what its schema says
    public static OrderEvent decodeOrderEvent(String type, byte[] value) {
        return reading(
                value,
                "orderId",
                json ->
                        switch (type) {
                            case ORDER_CREATED -> readCreated(upgradeCreated(json));
                            case ORDER_ITEM_ADDED ->
                                    new OrderItemAdded(
                                            readItem(first(json).path("item")), at(json));
                            case ORDER_SUBMITTED -> new OrderSubmitted(at(first(json)));
                            case ORDER_PAID ->
                                    new OrderPaid(
                                            text(first(json), "method"),
                                            money(json, "amount"),
                                            optional(json, "reference"),
                                            at(json));
                            case ORDER_SHIPPED ->
                                    new OrderShipped(
                                            text(first(json), "carrier"),
                                            text(json, "trackingNumber"),
                                            optional(json, "address"),
                                            at(json));
                            case ORDER_CANCELLED ->
                                    new OrderCancelled(text(first(json), "reason"), at(json));
                            default -> throw new UnreadableEvent("unknown event type: " + type);
                        });
    }

    /// Reads a customer's event of any shape that was ever written.
    ///
    /// @param type the type's name on the wire
    /// @throws UnreadableEvent when the type is unknown, the shape newer than this code, or the
    ///   value not what its schema says
    public static CustomerEvent decodeCustomerEvent(String type, byte[] value) {
        return reading(
                value,
                "customerId",
                json ->
                        switch (type) {
                            case CUSTOMER_REGISTERED ->
                                    new CustomerRegistered(readCustomer(first(json)), at(json));
                            case CUSTOMER_CHANGED ->
                                    new CustomerChanged(readCustomer(first(json)), at(json));
                            default -> throw new UnreadableEvent("unknown event type: " + type);
                        });
    }

    private static void writeCreated(JsonGenerator json, OrderCreated created) throws IOException {
        json.writeStringField("customerId", created.customerId().value());
        json.writeStringField("currency", created.currency());
        json.writeFieldName("items");
        writeItems(json, created.items());
        json.writeStringField("orderedAt", created.orderedAt().toString());
    }

    private static OrderCreated readCreated(JsonNode json) {
        List<OrderItem> items = readItems(json.path("items"));
        if (items.isEmpty()) {
            throw unreadable("items", json.path("items"));
        }
        return new OrderCreated(
                new CustomerId(id(json, "customerId")),
                matching(CURRENCY, json, "currency"),
                items,
                instant(json, "orderedAt"),
                at(json));
    }

    private static JsonNode upgradeCreated(JsonNode json) {
        if (schema(json, ORDER_CREATED_SCHEMA) == FIRST_SCHEMA) {
            ((ObjectNode) json).put("currency", "EUR");
        }
        return json;
    }

    private static void writeItems(JsonGenerator json, List<OrderItem> items) throws IOException {
        json.writeStartArray();
        for (OrderItem item : items) {
            writeItem(json, item);
        }
        json.writeEndArray();
    }

    private static void writeItem(JsonGenerator json, OrderItem item) throws IOException {
        json.writeStartObject();
        json.writeStringField("productId", item.productId());
        writeOptional(json, "description", item.description());
        json.writeNumberField("quantity", item.quantity());
        json.writeStringField("unitPrice", item.unitPrice().toString());
        json.writeEndObject();
    }

    private static List<OrderItem> readItems(JsonNode items) {
        if (!items.isArray()) {
            throw unreadable("items", items);
        }
        List<OrderItem> read = new ArrayList<>(items.size());
        items.forEach(item -> read.add(readItem(item)));
        return read;
    }

    private static OrderItem readItem(JsonNode item) {
        return new OrderItem(
                id(item, "productId"),
                optional(item, "description"),
                quantity(item),
                money(item, "unitPrice"));
    }

    private static Customer readCustomer(JsonNode json) {
        return new Customer(text(json, "name"), optional(json, "email"), optional(json, "country"));
    }

    /// For a type that never had another shape.
    private static JsonNode first(JsonNode json) {
        schema(json, FIRST_SCHEMA);
        return json;
    }

    private static int schema(JsonNode json, int newest) {
        JsonNode schema = json.path("schemaVersion");
        if (!schema.isInt() || schema.intValue() < FIRST_SCHEMA || schema.intValue() > newest) {
            throw new UnreadableEvent("schemaVersion " + brief(schema) + ", known up to " + newest);
        }
        return schema.intValue();
    }

    private static Instant at(JsonNode json) {
        return instant(json, "at");
    }

    private static Instant instant(JsonNode json, String field) {
        return Instant.parse(matching(TIME, json, field));
    }

    private static Money money(JsonNode json, String field) {
        return Money.of(matching(MONEY, json, field));
    }

    private static int quantity(JsonNode item) {
        JsonNode quantity = item.path("quantity");
        if (!quantity.isInt() || quantity.intValue() < 1) {
            throw unreadable("quantity", quantity);
        }
        return quantity.intValue();
    }

    private static String id(JsonNode json, String field) {
        String id = text(json, field);
        if (!Ids.isId(id)) {
            throw unreadable(field, json.path(field));
        }
        return id;
    }

    private static String matching(Pattern pattern, JsonNode json, String field) {
        String text = text(json, field);
        if (!pattern.matcher(text).matches()) {
            throw unreadable(field, json.path(field));
        }
        return text;
    }

    private static String text(JsonNode json, String field) {
        return optional(json, field)
                .orElseThrow(() -> new UnreadableEvent("missing field: " + field));
    }

    private static Optional<String> optional(JsonNode json, String field) {
        JsonNode value = json.path(field);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isTextual() || !isStorable(value.textValue())) {
            throw unreadable(field, value);
        }
        return Optional.of(value.textValue());
    }

    /// Whether every store can keep it: lone surrogates are not in UTF-8, and PostgreSQL keeps no
    /// zero.
    private static boolean isStorable(String text) {
        return text.codePoints()
                .noneMatch(point -> point == 0 || Character.getType(point) == Character.SURROGATE);
    }

    private static UnreadableEvent unreadable(String field, JsonNode value) {
        return new UnreadableEvent(field + " cannot be " + brief(value));
    }

    /// What anybody may have written, no longer than a reader needs.
    private static String brief(JsonNode value) {
        String text = value.isMissingNode() ? "missing" : value.toString();
        return text.substring(0, Math.min(text.length(), LONGEST_SHOWN));
    }

    private static void writeOptional(JsonGenerator json, String field, Optional<String> value)
            throws IOException {
        if (value.isPresent()) {
            json.writeStringField(field, value.get());
        }
    }

    private static String json(int schema, JsonBody body) {
        return write(json -> {
            json.writeStartObject();
            json.writeNumberField("schemaVersion", schema);
            body.writeTo(json);
            json.writeEndObject();
        });
    }

    private static String write(JsonBody body) {
        StringWriter text = new StringWriter(256);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            body.writeTo(json);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    private static <E> E reading(byte[] value, String idField, JsonReading<E> reading) {
        try {
            requireUtf8(value);
            JsonNode json = TREES.readTree(value);
            E event = reading.read(json);
            id(json, idField);
            JsonNode version = json.path("version");
            if (!version.isIntegralNumber()
                    || !version.canConvertToLong()
                    || version.longValue() < 1) {
                throw unreadable("version", version);
            }
            return event;
        } catch (UnreadableEvent known) {
            throw known;
        } catch (IOException | RuntimeException broken) {
            throw new UnreadableEvent("broken event: " + broken.getMessage(), broken);
        }
    }

    /// The parser would take UTF-16 and UTF-32 too, which other readers do not.
    private static void requireUtf8(byte[] value) {
        if (value.length < 2 || value[0] <= 0 || value[1] <= 0) {
            throw new UnreadableEvent("broken event: no JSON in UTF-8");
        }
    }

    private interface JsonBody {
        void writeTo(JsonGenerator json) throws IOException;
    }

    private interface JsonReading<E> {
        E read(JsonNode json);
    }
}
