package orders.query.api;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import orders.query.api.ProjectionAnswer.All;
import orders.query.api.ProjectionAnswer.Lag;
import orders.query.api.ProjectionAnswer.Partition;
import orders.query.api.ProjectionAnswer.Rebuild;
import orders.query.api.ProjectionAnswer.State;
import orders.query.projection.Checkpoint;
import orders.query.projection.Lags;
import orders.query.projection.PartitionLag;
import orders.query.projection.Projection;
import orders.query.projection.Projections;
import orders.query.projection.Standing;
import orders.query.rebuild.Rebuilds;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;

/// How far each projection has come, and rebuilding it.
@Path("/projections")
@Produces(MediaType.APPLICATION_JSON)
public class ProjectionResource {

    /// The names that are always there, with their stores.
    private static final Map<String, String> STORES = new LinkedHashMap<>();

    static {
        STORES.put("order-summaries", "PostgreSQL");
        STORES.put("order-details", "MongoDB");
        STORES.put("daily-order-stats", "ClickHouse");
        STORES.put("order-search", "Elasticsearch");
    }

    private final Projections projections;
    private final Rebuilds rebuilds;
    private final Lags lags;

    ProjectionResource(Projections projections, Rebuilds rebuilds, Lags lags) {
        this.projections = projections;
        this.rebuilds = rebuilds;
        this.lags = lags;
    }

    /// The projection of this name.
    ///
    /// @throws QueryFailure when there is none, or it is not configured
    static Projection find(Projections projections, String name) {
        return projections
                .find(name)
                .orElseThrow(() ->
                        STORES.containsKey(name)
                                ? new QueryFailure.NotConfigured(
                                        name, projections.missingSetting(name))
                                : new QueryFailure.ProjectionNotFound());
    }

    /// All projections, those that are not configured too.
    @GET
    public Uni<All> all(RoutingContext request) {
        new Parameters(request).done();
        return Multi.createFrom()
                .iterable(names())
                .onItem()
                .transformToUniAndConcatenate(this::describe)
                .collect()
                .asList()
                .map(All::new);
    }

    /// One projection.
    @GET
    @Path("/{name}")
    public Uni<ProjectionAnswer> one(@RestPath String name, RoutingContext request) {
        new Parameters(request).done();
        if (!names().contains(name)) {
            throw new QueryFailure.ProjectionNotFound();
        }
        return describe(name);
    }

    /// The four that there always are, then others.
    private Set<String> names() {
        Set<String> names = new LinkedHashSet<>(STORES.keySet());
        projections.all().forEach(projection -> names.add(projection.readModel().name()));
        return names;
    }

    /// Begins to build the next generation.
    @POST
    @Path("/{name}/rebuild")
    public Uni<RestResponse<Void>> rebuild(@RestPath String name, RoutingContext request) {
        new Parameters(request).done();
        return rebuilds.announce(find(projections, name))
                .map(isBegun -> {
                    if (!isBegun) {
                        throw new QueryFailure.RebuildInProgress();
                    }
                    return accepted(name);
                });
    }

    /// Gives up the generation that is being built.
    @DELETE
    @Path("/{name}/rebuild")
    public Uni<RestResponse<Void>> cancel(@RestPath String name, RoutingContext request) {
        new Parameters(request).done();
        return rebuilds.cancel(find(projections, name))
                .map(isCancelled -> {
                    if (!isCancelled) {
                        throw new QueryFailure.NotFound("No rebuild is running.");
                    }
                    return accepted(name);
                });
    }

    private static RestResponse<Void> accepted(String name) {
        return ResponseBuilder.<Void>accepted()
                .header("Location", URI.create("/projections/" + name))
                .build();
    }

    private Uni<ProjectionAnswer> describe(String name) {
        return projections
                .find(name)
                .map(projection ->
                        lags.of(projection).map(partitions -> describe(projection, partitions)))
                .orElseGet(() -> Uni.createFrom().item(notConfigured(name)));
    }

    private static ProjectionAnswer describe(Projection projection, List<PartitionLag> lags) {
        Instant now = Instant.now();
        List<Partition> partitions =
                lags.stream()
                        .map(lag ->
                                new Partition(
                                        lag.partition().toString(),
                                        lag.checkpoint(),
                                        lag.end(),
                                        lag.events(),
                                        lag.age(now).toSeconds()))
                        .toList();
        Optional<Standing> standing = projection.standing();
        return new ProjectionAnswer(
                projection.readModel().name(),
                projection.readModel().store(),
                state(projection),
                standing.map(Standing::generation).orElse(0L),
                standing.map(Standing::shapeVersion).orElse(projection.readModel().shapeVersion()),
                new Lag(
                        partitions.stream().mapToLong(Partition::lag).sum(),
                        partitions.stream().mapToLong(Partition::seconds).max().orElse(0)),
                partitions,
                standing.map(Standing::deadLetters).orElse(0L),
                standing.flatMap(Standing::building)
                        .map(building ->
                                new Rebuild(
                                        building.generation(),
                                        building.checkpoints().stream()
                                                .mapToLong(Checkpoint::nextOffset)
                                                .sum(),
                                        partitions.stream().mapToLong(Partition::end).sum(),
                                        building.startedAt()))
                        .orElse(null),
                projection.lastError().orElse(null));
    }

    private static State state(Projection projection) {
        if (projection.lastError().isPresent()) {
            return State.STOPPED;
        }
        return projection.standing().flatMap(Standing::building).isPresent()
                ? State.REBUILDING
                : State.LIVE;
    }

    private static ProjectionAnswer notConfigured(String name) {
        return new ProjectionAnswer(
                name,
                STORES.get(name),
                State.NOT_CONFIGURED,
                0,
                0,
                new Lag(0, 0),
                List.of(),
                0,
                null,
                null);
    }
}
