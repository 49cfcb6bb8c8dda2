package orders.query.readmodel.search;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import orders.model.ConsistencyToken;
import orders.query.ledger.ElasticFailure;
import orders.query.ledger.ElasticLedger;
import orders.query.ledger.Elasticsearch;
import orders.query.ledger.SequenceNumber;
import orders.query.projection.Changes;
import orders.query.projection.Evolution;
import orders.query.projection.Generation;
import orders.query.projection.Ledger;
import orders.query.projection.ProjectionStatus;
import orders.query.projection.ReadModel;
import orders.query.projection.WriteRefused.WriteConflict;

/// Keeps `order-search` without transactions: rows first, then names that came meanwhile, then
/// searches are let find them, then dead letters, then the checkpoint. Whatever is cut off is
/// repeated, and the version guard makes the repeat harmless. Each generation has indexes of its
/// own.
@ApplicationScoped
public class OrderSearch implements ReadModel<OrderDocument> {

    /// Name of the projection.
    public static final String NAME = "order-search";

    private static final int SHAPE_VERSION = 1;

    /// Letting searches find a batch costs the same for one event as for thousands.
    private static final Duration MINIMUM_BATCH_INTERVAL = Duration.ofMillis(200);

    private final Elasticsearch server;
    private final ElasticLedger ledger;

    OrderSearch(Elasticsearch server) {
        this.server = server;
        this.ledger = new ElasticLedger(server, NAME, SHAPE_VERSION, this::begin);
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
    public Ledger ledger() {
        return ledger;
    }

    /// The live generation and how far it has come.
    Uni<ElasticLedger.Live> live() {
        return ledger.live();
    }

    /// No index comes into being because somebody writes late to one that is dropped.
    private Uni<Void> begin() {
        return server.send(
                        "PUT",
                        "/_index_template/" + Indexes.ALIAS,
                        Map.of("index_patterns", List.of(Indexes.ALL), "allow_auto_create", false))
                .chain(() -> create(1))
                .chain(() -> pointTo(1));
    }

    @Override
    public Uni<Void> create(long generation) {
        Indexes indexes = Indexes.of(generation);
        return server.create(indexes.orders(), Indexes.ofOrders())
                .chain(() -> server.create(indexes.customers(), Indexes.ofCustomers()));
    }

    @Override
    public Uni<Void> finish(long generation) {
        return server.refresh(Indexes.of(generation).orders());
    }

    /// What was written since the end of the building is found from the switch on.
    @Override
    public Uni<Boolean> switchTo(long generation) {
        return finish(generation)
                .chain(() -> ledger.switchTo(generation))
                .call(isLive -> isLive ? pointTo(generation) : Uni.createFrom().voidItem());
    }

    private Uni<Void> pointTo(long generation) {
        var alias = Indexes.ALIAS;
        return server.send(
                        "POST",
                        "/_aliases",
                        Map.of(
                                "actions",
                                List.of(
                                        Map.of(
                                                "remove",
                                                Map.of(
                                                        "index",
                                                        Indexes.ALL,
                                                        "alias",
                                                        alias,
                                                        "must_exist",
                                                        false)),
                                        Map.of(
                                                "add",
                                                Map.of(
                                                        "index",
                                                        Indexes.of(generation).orders(),
                                                        "alias",
                                                        alias)))))
                .replaceWithVoid();
    }

    @Override
    public Uni<Void> dropLeftovers() {
        return ledger.standing()
                .call(ledger::forget)
                .call(standing -> pointTo(standing.generation()))
                .chain(standing ->
                        server.send("GET", "/" + Indexes.ALL + "/_alias")
                                .map(indexes -> leftovers(indexes, standing)))
                .onItem()
                .transformToMulti(Multi.createFrom()::iterable)
                .onItem()
                .transformToUniAndConcatenate(server::drop)
                .collect()
                .last()
                .replaceWithVoid();
    }

    private static List<String> leftovers(JsonNode indexes, ProjectionStatus standing) {
        Set<String> kept = new HashSet<>(Indexes.of(standing.generation()).both());
        standing.building()
                .ifPresent(building -> kept.addAll(Indexes.of(building.generation()).both()));
        List<String> leftovers = new ArrayList<>();
        indexes.fieldNames().forEachRemaining(leftovers::add);
        leftovers.removeAll(kept);
        return leftovers;
    }

    /// As a search would show it.
    @Override
    public Uni<Long> versionOf(ConsistencyToken token) {
        return ledger.live()
                .map(live -> Indexes.of(live.number()))
                .chain(indexes ->
                        switch (token.kind()) {
                            case ORDER ->
                                    server.getShown(indexes.orders(), token.id())
                                            .map(found -> version(found, "version"));
                            case CUSTOMER ->
                                    server.get(indexes.customers(), token.id())
                                            .map(found -> version(found, "shownVersion"));
                        });
    }

    private static long version(JsonNode document, String field) {
        return document.path("_source").path(field).longValue();
    }

    @Override
    public Uni<Map<String, OrderDocument>> read(Generation generation, Set<String> orderIds) {
        return orderIds.isEmpty()
                ? Uni.createFrom().item(Map.of())
                : server.get(Indexes.of(generation.number()).orders(), orderIds)
                        .map(found ->
                                found.stream()
                                        .map(this::document)
                                        .collect(
                                                Collectors.toMap(
                                                        OrderDocument::orderId, view -> view)));
    }

    private OrderDocument document(JsonNode found) {
        return server.read(found.path("_source"), OrderDocument.class).at(SequenceNumber.of(found));
    }

    @Override
    public Uni<Void> write(Generation generation, Changes<OrderDocument> changes) {
        var writing = new Writing(server, Indexes.of(generation.number()), changes);
        return ledger.enter(generation, changes.checkpoints())
                .chain(() -> writing.save(generation.isLive()))
                .onFailure(ElasticFailure::isConflict)
                .transform(_ -> new WriteConflict())
                .chain(() -> ledger.record(generation, changes));
    }

    @Override
    public boolean isRefusal(Throwable failure) {
        return ElasticFailure.isRefusal(failure);
    }
}
