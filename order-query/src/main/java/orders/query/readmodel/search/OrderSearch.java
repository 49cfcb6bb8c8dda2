package orders.query.readmodel.search;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
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
import org.eclipse.microprofile.reactive.messaging.Incoming;

/// Keeps `order-search` without transactions: rows first, then names that came meanwhile, then
/// searches are let find them. Whatever is cut off is repeated, and the version guard makes the
/// repeat harmless. Each generation has indexes of its own, which are written by their names; reads
/// go to the live ones by aliases, which a switch moves.
@ApplicationScoped
public class OrderSearch implements ReadModel<OrderDocument> {

    /// Name of the projection.
    public static final String NAME = "order-search";

    /// Since 2 it has folded texts.
    private static final int SHAPE_VERSION = 2;

    /// Letting searches find a batch costs the same for one event as for thousands.
    private static final Duration MINIMUM_BATCH_INTERVAL = Duration.ofMillis(200);

    /// No index comes into being because somebody writes late to one that is dropped.
    private static final Map<String, Object> TEMPLATE =
            Map.of("index_patterns", List.of(Indexes.ALL), "allow_auto_create", false);

    private final Elasticsearch server;
    private final ProjectionConsumers consumers;

    OrderSearch(Elasticsearch server, ProjectionConsumers consumers) {
        this.server = server;
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
        return "Elasticsearch";
    }

    @Override
    public Optional<String> missingSetting() {
        return server.isConfigured() ? Optional.empty() : Optional.of(Elasticsearch.SETTING);
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
    public Evolution<OrderDocument> evolution() {
        return OrderDocument.EVOLUTION;
    }

    @Override
    public Uni<Views<OrderDocument>> read(Generation generation, List<String> orderIds) {
        String index = Indexes.of(generation.number()).orders();
        return BoundedRead.of(
                        orderIds,
                        ids ->
                                read(server, generation, index, ids)
                                        .map(found -> found.stream().map(this::document).toList()),
                        OrderDocument::size)
                .map(found ->
                        new Views<>(
                                Changes.byId(found.documents(), OrderDocument::orderId),
                                Set.copyOf(found.unread())));
    }

    /// Documents of an index of `generation`. Fails with [StaleGeneration] when its marker is gone,
    /// and with it the documents.
    static Uni<List<JsonNode>> read(
            Elasticsearch server, Generation generation, String index, Collection<String> ids) {
        return server.get(index, Stream.concat(Stream.of(Indexes.MARKER_ID), ids.stream()).toList())
                .map(found -> {
                    if (!marker(found).equals(generation.marker())) {
                        throw new StaleGeneration();
                    }
                    return found.stream().filter(each -> !isMarker(each)).toList();
                });
    }

    private OrderDocument document(JsonNode found) {
        return server.read(found.path("_source"), OrderDocument.class).at(SequenceNumber.of(found));
    }

    @Override
    public Uni<Void> write(
            SqlConnection transaction, Generation generation, Changes<OrderDocument> changes) {
        return new Writing(server, generation, changes)
                .save()
                .onFailure(ElasticFailure::isConflict)
                .transform(_ -> new WriteConflict());
    }

    @Override
    public boolean isOutage(Throwable failure) {
        return ElasticFailure.isOutage(failure);
    }

    @Override
    public boolean isTransactional() {
        return false;
    }

    /// Of the live generation that which reads find: another one when a switch was cut off. It is
    /// empty when either index has lost it.
    @Override
    public Uni<String> marker(Generation generation) {
        Indexes indexes = generation.isLive() ? Indexes.ALIASES : Indexes.of(generation.number());
        return marker(indexes.orders())
                .chain(marker ->
                        marker(indexes.customers())
                                .map(other -> other.equals(marker) ? marker : ""));
    }

    private Uni<String> marker(String index) {
        return server.get(index, List.of(Indexes.MARKER_ID)).map(OrderSearch::marker);
    }

    private static String marker(List<JsonNode> documents) {
        return documents.stream()
                .filter(OrderSearch::isMarker)
                .map(each -> each.path("_source").path(Indexes.MARKER).asText())
                .findFirst()
                .orElse("");
    }

    private static boolean isMarker(JsonNode document) {
        return document.path("_id").textValue().equals(Indexes.MARKER_ID);
    }

    /// Reads go to a live generation from now on.
    @Override
    public Uni<Void> create(Generation generation) {
        Indexes indexes = Indexes.of(generation.number());
        return server.send("PUT", "/_index_template/" + NAME, TEMPLATE)
                .chain(() ->
                        server.create(indexes.orders(), Indexes.SETTINGS, Indexes.ORDER_MAPPINGS))
                .chain(() ->
                        server.create(
                                indexes.customers(), Indexes.SETTINGS, Indexes.CUSTOMER_MAPPINGS))
                .chain(() -> mark(indexes, generation.marker()))
                .chain(() -> generation.isLive() ? pointTo(indexes) : Uni.createFrom().voidItem());
    }

    private Uni<Void> mark(Indexes indexes, String marker) {
        Bulk bulk = new Bulk();
        indexes.both()
                .forEach(index ->
                        bulk.put(index, Indexes.MARKER_ID, Map.of(Indexes.MARKER, marker)));
        return server.write(bulk).chain(() -> server.refresh(indexes.orders()));
    }

    @Override
    public Uni<Void> finish(Generation generation) {
        return server.refresh(Indexes.of(generation.number()).orders());
    }

    /// What was written since the end of the building is found from the switch on.
    @Override
    public Uni<Void> switchTo(SqlConnection transaction, Generation generation) {
        return finish(generation).chain(() -> pointTo(Indexes.of(generation.number())));
    }

    /// All aliases at once, wherever they pointed before.
    private Uni<Void> pointTo(Indexes indexes) {
        Indexes aliases = Indexes.ALIASES;
        Map<String, Object> fromAll =
                Map.of("index", Indexes.ALL, "aliases", aliases.both(), "must_exist", false);
        return server.send(
                        "POST",
                        "/_aliases",
                        Map.of(
                                "actions",
                                List.of(
                                        Map.of("remove", fromAll),
                                        add(indexes.orders(), aliases.orders()),
                                        add(indexes.customers(), aliases.customers()))))
                .replaceWithVoid();
    }

    private static Map<String, Object> add(String index, String alias) {
        return Map.of("add", Map.of("index", index, "alias", alias));
    }

    @Override
    public Uni<Void> dropLeftovers(ProjectionStatus status) {
        return server.send("GET", "/" + Indexes.ALL + "/_alias")
                .map(indexes -> leftovers(indexes, status))
                .onItem()
                .transformToMulti(Multi.createFrom()::iterable)
                .onItem()
                .transformToUniAndConcatenate(server::drop)
                .collect()
                .last()
                .replaceWithVoid();
    }

    private static List<String> leftovers(JsonNode indexes, ProjectionStatus status) {
        List<String> leftovers = new ArrayList<>(Indexes.OBSOLETE);
        indexes.fieldNames().forEachRemaining(leftovers::add);
        leftovers.removeAll(Indexes.of(status.live().number()).both());
        status.building()
                .map(building -> Indexes.of(building.generation().number()).both())
                .ifPresent(leftovers::removeAll);
        return leftovers;
    }

    /// As a search would show it.
    @Override
    public Uni<Long> versionOf(ConsistencyToken token, Optional<String> onlyCustomer) {
        List<String> id = List.of(token.id());
        return switch (token.kind()) {
            case ORDER ->
                    server.getShown(Indexes.ALIASES.orders(), id)
                            .map(found -> version(found, "version", onlyCustomer));
            case CUSTOMER ->
                    server.get(Indexes.ALIASES.customers(), id)
                            .map(found -> version(found, "shownVersion", Optional.empty()));
        };
    }

    private static long version(List<JsonNode> found, String field, Optional<String> onlyCustomer) {
        return found.stream()
                .map(each -> each.path("_source"))
                .filter(source ->
                        onlyCustomer
                                .map(source.path("customerId").textValue()::equals)
                                .orElse(true))
                .mapToLong(source -> source.path(field).longValue())
                .findFirst()
                .orElse(0);
    }
}
