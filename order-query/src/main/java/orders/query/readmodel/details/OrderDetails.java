package orders.query.readmodel.details;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Projections.include;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoWriteException;
import com.mongodb.client.model.Indexes;
import io.micrometer.core.instrument.config.MeterFilter;
import io.quarkus.mongodb.FindOptions;
import io.quarkus.mongodb.reactive.ReactiveMongoClient;
import io.quarkus.mongodb.reactive.ReactiveMongoCollection;
import io.quarkus.mongodb.reactive.ReactiveMongoDatabase;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import orders.model.ConsistencyToken;
import orders.query.ledger.MongoLedger;
import orders.query.projection.Changes;
import orders.query.projection.Evolution;
import orders.query.projection.Generation;
import orders.query.projection.Ledger;
import orders.query.projection.ProjectionStatus;
import orders.query.projection.ReadModel;
import orders.query.projection.WriteRefused.WriteConflict;
import org.bson.BsonMaximumSizeExceededException;
import org.bson.BsonSerializationException;
import org.bson.Document;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Keeps `order-details` without transactions: rows first, then names that came meanwhile, then
/// dead letters, then the checkpoint. Whatever is cut off is repeated, and the version guard makes
/// the repeat harmless. Each generation has collections of its own.
///
/// Only what MongoDB and servers that are compatible with it both do is used.
@ApplicationScoped
public class OrderDetails implements ReadModel<OrderDetail> {

    /// Name of the projection.
    public static final String NAME = "order-details";

    private static final Duration MINIMUM_BATCH_INTERVAL = Duration.ofMillis(20);
    private static final int SHAPE_VERSION = 1;
    private static final String ORDERS = "order_details_g";
    private static final String CUSTOMERS = "order_details_customers_g";
    private static final int DUPLICATE_KEY = 11000;

    /// Of a server: a value that it does not take, a document that is too large.
    private static final Set<Integer> REFUSALS = Set.of(2, 10334, 17280, 17419, 17420);

    private final ReactiveMongoDatabase database;
    private final MongoLedger ledger;
    private volatile long liveGeneration = 1;

    OrderDetails(
            ReactiveMongoClient client,
            @ConfigProperty(name = "quarkus.mongodb.database") String databaseName) {
        this.database = client.getDatabase(databaseName);
        this.ledger = new MongoLedger(database, NAME, SHAPE_VERSION, this::create);
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
    public Ledger ledger() {
        return ledger;
    }

    /// Its driver gives itself another id at every start, which would make new series of all its
    /// metrics.
    @Produces
    @Singleton
    static MeterFilter withoutClusterId() {
        return MeterFilter.ignoreTags("cluster.id");
    }

    /// For renaming, which looks for the orders of a customer.
    @Override
    public Uni<Void> create(long generation) {
        return details(generation)
                .createIndex(Indexes.ascending("customer.customerId"))
                .replaceWithVoid();
    }

    @Override
    public Uni<Void> finish(long generation) {
        return Uni.createFrom().voidItem();
    }

    @Override
    public Uni<Boolean> switchTo(long generation) {
        return ledger.switchTo(generation);
    }

    @Override
    public Uni<Void> dropLeftovers() {
        return ledger.standing()
                .call(ledger::forget)
                .chain(standing ->
                        database.listCollectionNames()
                                .filter(collection -> isLeftover(collection, standing))
                                .onItem()
                                .transformToUniAndConcatenate(
                                        collection -> database.getCollection(collection).drop())
                                .collect()
                                .last())
                .replaceWithVoid();
    }

    private static boolean isLeftover(String collection, ProjectionStatus standing) {
        Set<Long> kept = new HashSet<>(Set.of(standing.generation()));
        standing.building().ifPresent(building -> kept.add(building.generation()));
        return (collection.startsWith(ORDERS) || collection.startsWith(CUSTOMERS))
                && kept.stream()
                        .noneMatch(number ->
                                collection.equals(ORDERS + number)
                                        || collection.equals(CUSTOMERS + number));
    }

    /// The order with everything that is known of it, `null` when there is none.
    public Uni<OrderDetail> find(String orderId) {
        return inLive(generation -> details(generation).find(eq(orderId)).collect().first());
    }

    @Override
    public Uni<Long> versionOf(ConsistencyToken token) {
        return switch (token.kind()) {
            case ORDER -> versionOf(ORDERS, token.id(), "version");
            case CUSTOMER -> versionOf(CUSTOMERS, token.id(), Writing.SHOWN_VERSION);
        };
    }

    private Uni<Long> versionOf(String collection, String id, String field) {
        return inLive(generation ->
                        database.getCollection(collection + generation)
                                .find(eq(id), new FindOptions().projection(include(field)))
                                .collect()
                                .first())
                .map(row -> row == null ? 0L : row.get(field, 0L));
    }

    /// Asks the generation that was live last, and at the same time whether it still is; the one
    /// before stays for a while, so it answers right until then.
    private <T> Uni<T> inLive(Function<Long, Uni<T>> question) {
        long guess = liveGeneration;
        return Uni.combine()
                .all()
                .unis(ledger.liveGeneration(), question.apply(guess))
                .asTuple()
                .chain(both -> {
                    long now = both.getItem1();
                    liveGeneration = now;
                    return now == guess
                            ? Uni.createFrom().item(both.getItem2())
                            : question.apply(now);
                });
    }

    @Override
    public Uni<Map<String, OrderDetail>> read(Generation generation, Set<String> orderIds) {
        return Requests.find(details(generation.number()), "_id", orderIds)
                .collect()
                .asMap(OrderDetail::orderId);
    }

    @Override
    public Uni<Void> write(Generation generation, Changes<OrderDetail> changes) {
        var writing =
                new Writing(details(generation.number()), customers(generation.number()), changes);
        return ledger.enter(generation, changes.checkpoints())
                .chain(writing::saveCustomers)
                .chain(writing::saveOrders)
                .onFailure(OrderDetails::isStale)
                .transform(_ -> new WriteConflict())
                .chain(() -> ledger.record(generation, changes));
    }

    @Override
    public boolean isRefusal(Throwable failure) {
        return switch (failure) {
            case BsonMaximumSizeExceededException _ -> true;
            case BsonSerializationException _ -> true;
            case MongoWriteException refused -> REFUSALS.contains(refused.getError().getCode());
            case MongoBulkWriteException refused ->
                    !refused.getWriteErrors().isEmpty()
                            && refused.getWriteErrors().stream()
                                    .allMatch(error -> REFUSALS.contains(error.getCode()));
            default -> false;
        };
    }

    /// An upsert that found a newer version under its id, and so tried to insert a second.
    static boolean isStale(Throwable failure) {
        return (failure instanceof MongoWriteException write
                        && write.getError().getCode() == DUPLICATE_KEY)
                || (failure instanceof MongoBulkWriteException bulk
                        && !bulk.getWriteErrors().isEmpty()
                        && bulk.getWriteErrors().stream()
                                .allMatch(error -> error.getCode() == DUPLICATE_KEY));
    }

    private ReactiveMongoCollection<OrderDetail> details(long generation) {
        return database.getCollection(ORDERS + generation, OrderDetail.class);
    }

    private ReactiveMongoCollection<Document> customers(long generation) {
        return database.getCollection(CUSTOMERS + generation);
    }
}
