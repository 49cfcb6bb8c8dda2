package orders.query.readmodel.details;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Updates.combine;
import static com.mongodb.client.model.Updates.max;
import static com.mongodb.client.model.Updates.set;
import static com.mongodb.client.model.Updates.setOnInsert;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoWriteException;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.WriteModel;
import io.quarkus.mongodb.reactive.ReactiveMongoCollection;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import orders.model.ConsistencyToken;
import orders.query.projection.Batch;
import orders.query.projection.Checkpoint;
import orders.query.projection.CustomerChange;
import orders.query.projection.ReadModel;
import org.apache.kafka.common.TopicPartition;
import org.bson.BsonDocument;
import org.bson.BsonDocumentWrapper;
import org.bson.Document;
import org.jboss.logging.Logger;

/// Keeps `order-details` without transactions: rows first, then names that came meanwhile, then the
/// checkpoint. Whatever is cut off is repeated, and the version guard makes the repeat harmless.
///
/// Only what MongoDB and servers that are compatible with it both do is used.
@ApplicationScoped
public class OrderDetails implements ReadModel {

    /// Name of the projection.
    public static final String NAME = "order-details";

    private static final Logger LOG = Logger.getLogger(OrderDetails.class);
    private static final int DUPLICATE_KEY = 11000;

    /// Set on a customer before the first order is written, so that most customers need no search
    /// for orders.
    private static final String HAS_ORDERS = "hasOrders";

    /// The version of a customer that all its orders show.
    private static final String SHOWN_VERSION = "shownVersion";

    private static final UpdateOptions UPSERT = new UpdateOptions().upsert(true);

    private final OrderDetailRepository repository;

    OrderDetails(OrderDetailRepository repository) {
        this.repository = repository;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String store() {
        return "MongoDB";
    }

    /// Renaming looks for the orders of a customer; writing for an order at a version.
    void createIndexes(@Observes StartupEvent event) {
        details()
                .createIndex(Indexes.ascending("customer.customerId"))
                .chain(() ->
                        details()
                                .createIndex(
                                        Indexes.ascending("_id", "version"),
                                        new IndexOptions().unique(true)))
                .onFailure()
                .retry()
                .withBackOff(Duration.ofMillis(200), Duration.ofSeconds(10))
                .indefinitely()
                .subscribe()
                .with(_ -> LOG.debug("The indexes on details are there"));
    }

    @Override
    public Uni<List<Checkpoint>> checkpoints() {
        return checkpointDocuments()
                .find(eq("projection", NAME))
                .map(document ->
                        new Checkpoint(
                                new TopicPartition(
                                        document.getString("topic"),
                                        document.getInteger("partition")),
                                document.getLong("nextOffset"),
                                document.getDate("lastEventAt").toInstant()))
                .collect()
                .asList();
    }

    @Override
    public Uni<Void> apply(Batch batch) {
        return saveCustomers(batch.customers())
                .chain(() -> saveOrders(batch))
                .chain(() -> saveCheckpoints(batch.checkpoints()));
    }

    @Override
    public Uni<Long> versionOf(ConsistencyToken token) {
        return switch (token.kind()) {
            case ORDER ->
                    repository.findById(token.id()).map(view -> view == null ? 0L : view.version());
            case CUSTOMER ->
                    customers()
                            .find(eq(token.id()))
                            .collect()
                            .first()
                            .map(customer ->
                                    customer == null ? 0L : customer.get(SHOWN_VERSION, 0L));
        };
    }

    /// Remembers the customers, then shows them in the orders that are there.
    private Uni<Void> saveCustomers(Collection<CustomerChange> changes) {
        if (changes.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return Multi.createFrom()
                .iterable(changes)
                .map(OrderDetails::document)
                .onItem()
                .transformToUniAndConcatenate(this::saveCustomer)
                .collect()
                .last()
                .chain(() ->
                        readCustomers(changes.stream().map(CustomerChange::customerId).toList()))
                .chain(saved ->
                        showCustomers(
                                        saved.values().stream()
                                                .filter(customer ->
                                                        customer.containsKey(HAS_ORDERS))
                                                .toList())
                                .chain(() -> markShown(saved.values())));
    }

    private Uni<Void> markShown(Collection<Document> customers) {
        List<WriteModel<Document>> marks =
                customers.stream()
                        .<WriteModel<Document>>map(customer ->
                                new UpdateOneModel<>(
                                        eq(customer.getString("_id")),
                                        max(SHOWN_VERSION, customer.getLong("version"))))
                        .toList();
        return customers().bulkWrite(marks).replaceWithVoid();
    }

    private Uni<Void> saveCustomer(Document customer) {
        Document values = new Document(customer);
        values.remove("_id");
        return customers()
                .updateOne(
                        olderThan(
                                customer.getString("_id"), "version", customer.getLong("version")),
                        new Document("$set", values),
                        UPSERT)
                .onFailure(OrderDetails::isStale)
                .recoverWithNull()
                .replaceWithVoid();
    }

    /// Shows `customers` in those of their orders that show older versions. One search for all,
    /// because a compatible server may have no index to search by.
    private Uni<Void> showCustomers(Collection<Document> customers) {
        if (customers.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        Map<String, Document> byId =
                customers.stream()
                        .collect(
                                Collectors.toMap(
                                        customer -> customer.getString("_id"),
                                        Function.identity()));
        return details()
                .find(in("customer.customerId", byId.keySet()))
                .filter(view -> isOlder(view, byId.get(view.customer().customerId())))
                .map(view -> showing(byId.get(view.customer().customerId()), view))
                .collect()
                .asList()
                .chain(this::write);
    }

    private static boolean isOlder(OrderDetail view, Document customer) {
        return view.customerVersion() < customer.getLong("version");
    }

    private static WriteModel<OrderDetail> showing(Document customer, OrderDetail view) {
        long version = customer.getLong("version");
        return new UpdateOneModel<>(
                olderThan(view.orderId(), "customerVersion", version),
                combine(
                        set("customer", shown(customer)),
                        set("customerVersion", version),
                        set("customerAt", customer.getDate("at"))));
    }

    private Uni<Void> write(List<WriteModel<OrderDetail>> writes) {
        return writes.isEmpty()
                ? Uni.createFrom().voidItem()
                : details().bulkWrite(writes).replaceWithVoid();
    }

    /// Conditions side by side, not in an `$and`: so every server finds the document by its id.
    private static Document olderThan(String id, String field, long version) {
        return new Document("_id", id).append(field, new Document("$lt", version));
    }

    private Uni<Void> saveOrders(Batch batch) {
        if (batch.orders().isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return details()
                .find(in("_id", batch.orderIds()))
                .collect()
                .asList()
                .chain(present ->
                        readCustomers(batch.customersOfNewOrders())
                                .call(known -> markCustomers(batch, known))
                                .chain(known -> saveViews(present, batch, known)))
                .onFailure(OrderDetails::isStale)
                .retry()
                .atMost(10);
    }

    private Uni<Void> markCustomers(Batch batch, Map<String, Document> known) {
        List<WriteModel<Document>> marks =
                batch.customersOfNewOrders().stream()
                        .filter(id ->
                                !known.containsKey(id) || !known.get(id).containsKey(HAS_ORDERS))
                        .<WriteModel<Document>>map(id ->
                                new UpdateOneModel<>(
                                        eq(id),
                                        combine(set(HAS_ORDERS, true), setOnInsert("version", 0L)),
                                        UPSERT))
                        .toList();
        return marks.isEmpty()
                ? Uni.createFrom().voidItem()
                : customers().bulkWrite(marks).replaceWithVoid();
    }

    /// A customer who came between the reading and the writing has not seen these orders: look
    /// again.
    private Uni<Void> saveViews(
            List<OrderDetail> present, Batch batch, Map<String, Document> knownCustomers) {
        Map<String, OrderDetail> views =
                present.stream()
                        .collect(Collectors.toMap(OrderDetail::orderId, Function.identity()));
        List<WriteModel<OrderDetail>> writes =
                OrderDetail.EVOLUTION.fold(views, batch.orders()).stream()
                        .map(view -> write(view, versionIn(views, view.orderId()), knownCustomers))
                        .toList();
        return write(writes)
                .chain(() -> readCustomers(batch.customersOfNewOrders()))
                .map(now ->
                        now.values().stream()
                                .filter(customer -> isNews(customer, views, knownCustomers))
                                .toList())
                .chain(this::showCustomers);
    }

    /// Whether an order of the batch may show an older one: one that was just written, or one that
    /// an earlier try of this batch wrote before it was cut off.
    private static boolean isNews(
            Document customer, Map<String, OrderDetail> present, Map<String, Document> known) {
        String id = customer.getString("_id");
        long version = customer.getLong("version");
        long before = known.containsKey(id) ? known.get(id).getLong("version") : 0;
        return before < version
                || present.values().stream()
                        .anyMatch(view ->
                                view.customer().customerId().equals(id) && isOlder(view, customer));
    }

    /// Replaces exactly the version that was read; where another one is there by now, the upsert
    /// collides and the batch is folded again.
    private WriteModel<OrderDetail> write(
            OrderDetail view, long readVersion, Map<String, Document> knownCustomers) {
        BsonDocument values =
                new BsonDocumentWrapper<>(view, details().getCodecRegistry().get(OrderDetail.class))
                        .clone();
        values.remove("_id");
        values.remove("customer");
        values.remove("customerVersion");
        values.remove("customerAt");
        return new UpdateOneModel<>(
                new Document("_id", view.orderId()).append("version", readVersion),
                new Document("$set", values).append("$setOnInsert", onInsert(view, knownCustomers)),
                UPSERT);
    }

    private static long versionIn(Map<String, OrderDetail> views, String orderId) {
        OrderDetail view = views.get(orderId);
        return view == null ? 0 : view.version();
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

    private Uni<Void> saveCheckpoints(Collection<Checkpoint> checkpoints) {
        List<WriteModel<Document>> writes =
                checkpoints.stream().<WriteModel<Document>>map(OrderDetails::write).toList();
        return checkpointDocuments().bulkWrite(writes).replaceWithVoid();
    }

    private static UpdateOneModel<Document> write(Checkpoint checkpoint) {
        TopicPartition partition = checkpoint.partition();
        return new UpdateOneModel<>(
                eq(NAME + "/" + partition),
                combine(
                        set("projection", NAME),
                        set("topic", partition.topic()),
                        set("partition", partition.partition()),
                        max("nextOffset", checkpoint.nextOffset()),
                        max("lastEventAt", Date.from(checkpoint.lastEventAt()))),
                UPSERT);
    }

    private Uni<Map<String, Document>> readCustomers(Collection<String> ids) {
        if (ids.isEmpty()) {
            return Uni.createFrom().item(Map.of());
        }
        return customers()
                .find(in("_id", ids))
                .collect()
                .asMap(customer -> customer.getString("_id"));
    }

    private static Document document(CustomerChange change) {
        return new Document("_id", change.customerId())
                .append("version", change.version())
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

    /// An upsert that found a newer version under its id, and so tried to insert a second.
    private static boolean isStale(Throwable failure) {
        return (failure instanceof MongoWriteException write
                        && write.getError().getCode() == DUPLICATE_KEY)
                || (failure instanceof MongoBulkWriteException bulk
                        && bulk.getWriteErrors().stream()
                                .allMatch(error -> error.getCode() == DUPLICATE_KEY));
    }

    private ReactiveMongoCollection<OrderDetail> details() {
        return repository.mongoCollection();
    }

    private ReactiveMongoCollection<Document> customers() {
        return repository.mongoDatabase().getCollection("order_details_customers");
    }

    private ReactiveMongoCollection<Document> checkpointDocuments() {
        return repository.mongoDatabase().getCollection("checkpoints");
    }
}
