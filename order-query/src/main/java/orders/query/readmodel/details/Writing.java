package orders.query.readmodel.details;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Projections.include;
import static com.mongodb.client.model.Updates.combine;
import static com.mongodb.client.model.Updates.max;
import static com.mongodb.client.model.Updates.set;
import static com.mongodb.client.model.Updates.setOnInsert;

import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.WriteModel;
import io.quarkus.mongodb.reactive.ReactiveMongoCollection;
import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import orders.query.projection.Changes;
import orders.query.projection.Decoded.CustomerChange;
import org.bson.BsonDocument;
import org.bson.BsonDocumentWrapper;
import org.bson.Document;
import org.bson.conversions.Bson;

/// Writes the rows and customers of one batch to the collections of one generation.
final class Writing {

    /// The version of a customer that all its orders show.
    static final String SHOWN_VERSION = "shownVersion";

    /// Set on a customer before the first order is written, so that most customers need no search
    /// for orders.
    private static final String HAS_ORDERS = "hasOrders";

    /// What of an order says which customer it shows: it may be large.
    private static final Bson CUSTOMER_FIELDS = include("customer", "customerVersion");

    static final UpdateOptions UPSERT = new UpdateOptions().upsert(true);

    private final ReactiveMongoCollection<OrderDetail> details;
    private final ReactiveMongoCollection<Document> customers;
    private final Changes<OrderDetail> changes;

    Writing(
            ReactiveMongoCollection<OrderDetail> details,
            ReactiveMongoCollection<Document> customers,
            Changes<OrderDetail> changes) {
        this.details = details;
        this.customers = customers;
        this.changes = changes;
    }

    /// Remembers the customers, then shows them in the orders that are there.
    Uni<Void> saveCustomers() {
        List<String> ids = changes.customers().stream().map(CustomerChange::customerId).toList();
        return readCustomers(ids)
                .chain(this::saveNewer)
                .chain(() -> readCustomers(ids))
                .chain(saved ->
                        showCustomers(
                                        saved.values().stream()
                                                .filter(customer ->
                                                        customer.containsKey(HAS_ORDERS))
                                                .toList())
                                .chain(() -> markShown(saved.values())));
    }

    /// Those that are newer than `known`; where an even newer one is there by now, the upsert
    /// collides.
    private Uni<Void> saveNewer(Map<String, Document> known) {
        List<WriteModel<Document>> newer =
                changes.customers().stream()
                        .filter(change ->
                                change.version() > version(known.get(change.customerId())))
                        .<WriteModel<Document>>map(change ->
                                new UpdateOneModel<>(
                                        olderThan(change.customerId(), "version", change.version()),
                                        new Document("$set", values(change)),
                                        UPSERT))
                        .toList();
        return Requests.write(customers, newer);
    }

    private static long version(Document customer) {
        return customer == null ? 0 : customer.getLong("version");
    }

    private Uni<Void> markShown(Collection<Document> saved) {
        List<WriteModel<Document>> marks =
                saved.stream()
                        .<WriteModel<Document>>map(customer ->
                                new UpdateOneModel<>(
                                        eq(customer.getString("_id")),
                                        max(SHOWN_VERSION, customer.getLong("version"))))
                        .toList();
        return Requests.write(customers, marks);
    }

    /// Shows `renamed` in those of their orders that show older versions.
    private Uni<Void> showCustomers(Collection<Document> renamed) {
        Map<String, Document> byId = Changes.byId(renamed, customer -> customer.getString("_id"));
        return Requests.find(
                        details.withDocumentClass(Document.class),
                        "customer.customerId",
                        byId.keySet(),
                        CUSTOMER_FIELDS)
                .filter(order ->
                        order.getLong("customerVersion")
                                < byId.get(customerId(order)).getLong("version"))
                .map(order -> showing(byId.get(customerId(order)), order))
                .collect()
                .asList()
                .chain(writes -> Requests.write(details, writes));
    }

    private static boolean isOlder(OrderDetail view, Document customer) {
        return view.customerVersion() < customer.getLong("version");
    }

    private static String customerId(Document order) {
        return order.get("customer", Document.class).getString("customerId");
    }

    private static WriteModel<OrderDetail> showing(Document customer, Document order) {
        long version = customer.getLong("version");
        return new UpdateOneModel<>(
                olderThan(order.getString("_id"), "customerVersion", version),
                combine(
                        set("customer", shown(customer)),
                        set("customerVersion", version),
                        set("customerAt", customer.getDate("at"))));
    }

    /// Conditions side by side, not in an `$and`: so every server finds the document by its id.
    private static Document olderThan(String id, String field, long version) {
        return new Document("_id", id).append(field, new Document("$lt", version));
    }

    /// Writes the views. A customer who came between the reading and the writing has not seen the
    /// new ones: look again.
    Uni<Void> saveOrders() {
        return readCustomers(changes.customersOfNewOrders())
                .call(this::markCustomers)
                .chain(known ->
                        Requests.write(
                                        details,
                                        changes.views().stream()
                                                .map(view -> write(view, known))
                                                .toList())
                                .chain(() -> readCustomers(changes.customersOfNewOrders()))
                                .map(now -> news(known, now)))
                .chain(this::showCustomers);
    }

    private Uni<Void> markCustomers(Map<String, Document> known) {
        List<WriteModel<Document>> marks =
                changes.customersOfNewOrders().stream()
                        .filter(id ->
                                !known.containsKey(id) || !known.get(id).containsKey(HAS_ORDERS))
                        .<WriteModel<Document>>map(id ->
                                new UpdateOneModel<>(
                                        eq(id),
                                        combine(set(HAS_ORDERS, true), setOnInsert("version", 0L)),
                                        UPSERT))
                        .toList();
        return Requests.write(customers, marks);
    }

    /// Customers of whom an order of the batch may show an older version: one that was just
    /// written, or one that an earlier try of this batch wrote before it was cut off.
    private Collection<Document> news(Map<String, Document> known, Map<String, Document> now) {
        Set<String> shownOlder =
                changes.before().values().stream()
                        .filter(view -> {
                            Document customer = now.get(view.customer().customerId());
                            return customer != null && isOlder(view, customer);
                        })
                        .map(view -> view.customer().customerId())
                        .collect(Collectors.toSet());
        return now.entrySet().stream()
                .filter(each ->
                        version(known.get(each.getKey())) < version(each.getValue())
                                || shownOlder.contains(each.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    /// Replaces exactly the version that was read; where another one is there by now, the upsert
    /// collides.
    private WriteModel<OrderDetail> write(OrderDetail view, Map<String, Document> known) {
        BsonDocument values =
                new BsonDocumentWrapper<>(view, details.getCodecRegistry().get(OrderDetail.class))
                        .clone();
        values.remove("_id");
        values.remove("customer");
        values.remove("customerVersion");
        values.remove("customerAt");
        return new UpdateOneModel<>(
                new Document("_id", view.orderId())
                        .append(
                                "version",
                                changes.versionBefore(OrderDetail.EVOLUTION, view.orderId())),
                new Document("$set", values).append("$setOnInsert", onInsert(view, known)),
                UPSERT);
    }

    private static Document onInsert(OrderDetail view, Map<String, Document> knownCustomers) {
        String customerId = view.customer().customerId();
        Document known = knownCustomers.get(customerId);
        return known == null || known.getLong("version") == 0
                ? new Document("customer", new Document("customerId", customerId))
                        .append("customerVersion", 0L)
                : new Document("customer", shown(known))
                        .append("customerVersion", known.getLong("version"))
                        .append("customerAt", known.getDate("at"));
    }

    private Uni<Map<String, Document>> readCustomers(Collection<String> ids) {
        return Requests.find(customers, "_id", ids, new Document())
                .collect()
                .asMap(customer -> customer.getString("_id"));
    }

    private static Document values(CustomerChange change) {
        return new Document("version", change.version())
                .append("name", change.customer().name())
                .append("email", change.customer().email().orElse(null))
                .append("country", change.customer().country().orElse(null))
                .append("at", Date.from(change.at()));
    }

    private static Document shown(Document customer) {
        return new Document("customerId", customer.getString("_id"))
                .append("name", customer.getString("name"))
                .append("email", customer.getString("email"))
                .append("country", customer.getString("country"));
    }
}
