package orders.query.readmodel.details;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Projections.include;
import static com.mongodb.client.model.Updates.set;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.RenameCollectionOptions;
import io.micrometer.core.instrument.config.MeterFilter;
import io.quarkus.mongodb.FindOptions;
import io.quarkus.mongodb.panache.reactive.ReactivePanacheMongoRepositoryBase;
import io.quarkus.mongodb.reactive.ReactiveMongoCollection;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import orders.model.ConsistencyToken;
import orders.query.offsets.Generation;
import orders.query.offsets.ProjectionStatus;
import orders.query.offsets.WriteRefused.StaleGeneration;
import orders.query.offsets.WriteRefused.WriteConflict;
import orders.query.projection.Changes;
import orders.query.projection.Evolution;
import orders.query.projection.ProjectionConsumers;
import orders.query.projection.ReadModel;
import orders.query.projection.Views;
import orders.query.readmodel.BoundedRead;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/// Keeps `order-details` without transactions of MongoDB: customers first, then orders, then names
/// that came meanwhile. Whatever is cut off is repeated, and the version guard makes the repeat
/// harmless.
///
/// Reads are answered from `order_details`, by Panache. A generation that is being built has
/// collections of its own, which take the place of the live ones at the switch.
///
/// Only what MongoDB and servers that are compatible with it both do is used.
@ApplicationScoped
public class OrderDetails
        implements ReadModel<OrderDetail>, ReactivePanacheMongoRepositoryBase<OrderDetail, String> {

    /// Name of the projection.
    public static final String NAME = "order-details";

    static final String ORDERS = "order_details";
    private static final String CUSTOMERS = "order_details_customers";

    /// Collections of generations that are not live; and those of releases that kept the offsets of
    /// this projection in MongoDB.
    private static final Pattern LEFTOVERS =
            Pattern.compile(
                    "(%s|%s)_g\\d+|projections|dead_letters|discarded_events"
                            .formatted(ORDERS, CUSTOMERS));

    /// The document that has the marker, among the orders. It is no id of an order.
    private static final String MARKER_ID = "#generation";

    private static final String MARKER = "marker";
    private static final String CUSTOMER_ID = "customer.customerId";
    private static final Duration MINIMUM_BATCH_INTERVAL = Duration.ofMillis(20);
    private static final int SHAPE_VERSION = 1;

    /// An upsert that found a newer version under its id, and so tried to insert a second.
    private static final int DUPLICATE_KEY = 11000;

    private final ProjectionConsumers consumers;

    OrderDetails(ProjectionConsumers consumers) {
        this.consumers = consumers;
    }

    /// Takes what its channel has polled.
    @Incoming(NAME)
    Uni<Void> project(ConsumerRecords<String, byte[]> polled) {
        return consumers.consume(NAME, polled);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String store() {
        return "MongoDB";
    }

    @Override
    public Duration minimumBatchInterval() {
        return MINIMUM_BATCH_INTERVAL;
    }

    @Override
    public int shapeVersion() {
        return SHAPE_VERSION;
    }

    @Override
    public Evolution<OrderDetail> evolution() {
        return OrderDetail.EVOLUTION;
    }

    @Override
    public boolean isTransactional() {
        return false;
    }

    /// Its driver gives itself another id at every start, which would make new series of all its
    /// metrics.
    @Produces
    @Singleton
    static MeterFilter withoutClusterId() {
        return MeterFilter.ignoreTags("cluster.id");
    }

    /// Orders of one generation.
    ///
    /// @param orders those that are there, by id
    /// @param marker that of the generation, empty when there is none
    public record Found(Map<String, OrderDetail> orders, String marker) {}

    /// The order of this id in the live generation.
    ///
    /// @param onlyCustomer whose it must be: all others are not there
    public Uni<Found> find(String orderId, Optional<String> onlyCustomer) {
        return find(mongoCollection(), List.of(orderId), onlyCustomer)
                .map(rows -> {
                    String marker = takeMarker(rows);
                    return new Found(views(mongoCollection(), rows.values()), marker);
                });
    }

    @Override
    public Uni<Views<OrderDetail>> read(Generation generation, List<String> orderIds) {
        ReactiveMongoCollection<OrderDetail> orders = orders(generation);
        return BoundedRead.of(
                        orderIds,
                        ids ->
                                find(orders, ids, Optional.empty())
                                        .map(rows -> {
                                            if (!takeMarker(rows).equals(generation.marker())) {
                                                throw new StaleGeneration();
                                            }
                                            return List.copyOf(rows.values());
                                        }),
                        row -> row.getByteBuffer().remaining())
                .map(found ->
                        new Views<>(views(orders, found.documents()), Set.copyOf(found.unread())));
    }

    /// Rows by id, the marker among them, which has no customer.
    private static Uni<Map<String, RawBsonDocument>> find(
            ReactiveMongoCollection<OrderDetail> orders,
            List<String> orderIds,
            Optional<String> onlyCustomer) {
        List<String> ids = new ArrayList<>(orderIds);
        ids.add(MARKER_ID);
        Document areWanted = new Document("_id", new Document("$in", ids));
        onlyCustomer.ifPresent(customer ->
                areWanted.append(CUSTOMER_ID, new Document("$in", Arrays.asList(customer, null))));
        return orders.withDocumentClass(RawBsonDocument.class)
                .find(areWanted)
                .collect()
                .asMap(row -> row.getString("_id").getValue());
    }

    private static String takeMarker(Map<String, RawBsonDocument> rows) {
        RawBsonDocument marker = rows.remove(MARKER_ID);
        return marker == null ? "" : marker.getString(MARKER).getValue();
    }

    private static Map<String, OrderDetail> views(
            ReactiveMongoCollection<OrderDetail> orders, Collection<RawBsonDocument> rows) {
        var codec = orders.getCodecRegistry().get(OrderDetail.class);
        return Changes.byId(
                rows.stream().map(row -> row.decode(codec)).toList(), OrderDetail::orderId);
    }

    @Override
    public Uni<Void> write(
            SqlConnection transaction, Generation generation, Changes<OrderDetail> changes) {
        var writing = new Writing(orders(generation), documents(CUSTOMERS, generation), changes);
        return writing.saveCustomers()
                .chain(writing::saveOrders)
                .onFailure(OrderDetails::isCollision)
                .transform(_ -> new WriteConflict());
    }

    @Override
    public boolean isOutage(Throwable failure) {
        return MongoFailure.isOutage(failure);
    }

    private static boolean isCollision(Throwable failure) {
        return failure instanceof MongoBulkWriteException bulk
                && !bulk.getWriteErrors().isEmpty()
                && bulk.getWriteErrors().stream()
                        .allMatch(error -> error.getCode() == DUPLICATE_KEY);
    }

    @Override
    public Uni<Long> versionOf(ConsistencyToken token, Optional<String> onlyCustomer) {
        Document isWanted = new Document("_id", token.id());
        return switch (token.kind()) {
            case ORDER -> {
                onlyCustomer.ifPresent(customer -> isWanted.append(CUSTOMER_ID, customer));
                yield versionOf(ORDERS, isWanted, "version");
            }
            case CUSTOMER -> versionOf(CUSTOMERS, isWanted, Writing.SHOWN_VERSION);
        };
    }

    private Uni<Long> versionOf(String collection, Document isWanted, String field) {
        return mongoDatabase()
                .getCollection(collection)
                .find(isWanted, new FindOptions().projection(include(field)))
                .collect()
                .first()
                .map(row -> row == null ? 0L : row.get(field, 0L));
    }

    @Override
    public Uni<String> marker(Generation generation) {
        return documents(ORDERS, generation)
                .find(eq(MARKER_ID))
                .collect()
                .first()
                .map(row -> row == null ? "" : row.getString(MARKER));
    }

    /// With an index for renaming, which looks for the orders of a customer.
    @Override
    public Uni<Void> create(Generation generation) {
        return dropForeign(generation)
                .chain(() -> orders(generation).createIndex(Indexes.ascending(CUSTOMER_ID)))
                .chain(() ->
                        orders(generation)
                                .updateOne(
                                        eq(MARKER_ID),
                                        set(MARKER, generation.marker()),
                                        Writing.UPSERT))
                .replaceWithVoid();
    }

    /// Whatever has the number of a generation that is being built, but not its marker, is of a
    /// release that counted on its own.
    private Uni<Void> dropForeign(Generation generation) {
        return generation.isLive()
                ? Uni.createFrom().voidItem()
                : marker(generation)
                        .chain(marker ->
                                marker.equals(generation.marker())
                                        ? Uni.createFrom().voidItem()
                                        : drop(Multi.createFrom().iterable(both(generation))));
    }

    @Override
    public Uni<Void> finish(Generation generation) {
        return Uni.createFrom().voidItem();
    }

    /// Orders first, with the marker, which decides which generation is live. What is no longer
    /// there was renamed before.
    @Override
    public Uni<Void> switchTo(SqlConnection transaction, Generation generation) {
        return mongoDatabase()
                .listCollectionNames()
                .collect()
                .asList()
                .call(present -> makeLive(ORDERS, generation, present))
                .call(present -> makeLive(CUSTOMERS, generation, present))
                .replaceWithVoid();
    }

    private Uni<Void> makeLive(String name, Generation generation, List<String> present) {
        return present.contains(collection(name, generation))
                ? documents(name, generation)
                        .renameCollection(
                                mongoDatabase().getCollection(name).getNamespace(),
                                new RenameCollectionOptions().dropTarget(true))
                : Uni.createFrom().voidItem();
    }

    @Override
    public Uni<Void> dropLeftovers(ProjectionStatus status) {
        List<String> kept =
                status.building().map(building -> both(building.generation())).orElse(List.of());
        return drop(
                mongoDatabase()
                        .listCollectionNames()
                        .filter(name -> LEFTOVERS.matcher(name).matches())
                        .filter(name -> !kept.contains(name)));
    }

    private Uni<Void> drop(Multi<String> collections) {
        return collections
                .onItem()
                .transformToUniAndConcatenate(name -> mongoDatabase().getCollection(name).drop())
                .collect()
                .last()
                .replaceWithVoid();
    }

    private ReactiveMongoCollection<OrderDetail> orders(Generation generation) {
        return mongoDatabase().getCollection(collection(ORDERS, generation), OrderDetail.class);
    }

    private ReactiveMongoCollection<Document> documents(String name, Generation generation) {
        return mongoDatabase().getCollection(collection(name, generation));
    }

    private static List<String> both(Generation generation) {
        return List.of(collection(ORDERS, generation), collection(CUSTOMERS, generation));
    }

    private static String collection(String name, Generation generation) {
        return generation.isLive() ? name : name + "_g" + generation.number();
    }
}
