package orders.query.api;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orders.http.access.Roles;
import orders.query.api.ProjectionAnswer.All;
import orders.query.api.ProjectionAnswer.Lag;
import orders.query.api.ProjectionAnswer.Partition;
import orders.query.api.ProjectionAnswer.Rebuild;
import orders.query.consistency.ConsistencySettings;
import orders.query.consistency.ConsistentRead;
import orders.query.consistency.RequiredVersion;
import orders.query.offsets.Checkpoint;
import orders.query.offsets.ProjectionStatus;
import orders.query.projection.Lags;
import orders.query.projection.PartitionLag;
import orders.query.projection.Projection;
import orders.query.projection.Projections;
import org.jboss.resteasy.reactive.RestPath;

/// How far each projection has come.
@Path("/projections")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.PROJECTIONS_ADMIN)
public class ProjectionResource {

    /// The names of all, with their stores.
    private static final Map<String, String> STORES = new LinkedHashMap<>();

    static {
        STORES.put("order-summaries", "PostgreSQL");
        STORES.put("order-details", "MongoDB");
        STORES.put("daily-order-stats", "ClickHouse");
        STORES.put("order-search", "Elasticsearch");
        STORES.put("order-timeline", "PostgreSQL");
    }

    private final Projections projections;
    private final Lags lags;
    private final ConsistentRead reads;
    private final ConsistencySettings settings;

    ProjectionResource(
            Projections projections,
            Lags lags,
            ConsistentRead reads,
            ConsistencySettings settings) {
        this.projections = projections;
        this.lags = lags;
        this.reads = reads;
        this.settings = settings;
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
        return reads.await(required(request), projections.all())
                .chain(this::describeAll)
                .map(All::new);
    }

    private Uni<List<ProjectionAnswer>> describeAll() {
        return Multi.createFrom()
                .iterable(STORES.keySet())
                .onItem()
                .transformToUniAndConcatenate(this::describe)
                .collect()
                .asList();
    }

    /// One projection.
    @GET
    @Path("/{name}")
    public Uni<ProjectionAnswer> one(@RestPath String name, RoutingContext request) {
        RequiredVersion required = required(request);
        if (!STORES.containsKey(name)) {
            throw new QueryFailure.ProjectionNotFound();
        }
        return reads.await(required, projections.find(name).stream().toList())
                .chain(() -> describe(name));
    }

    private RequiredVersion required(RoutingContext request) {
        Parameters parameters = new Parameters(request);
        RequiredVersion required =
                parameters.required(settings, Optional.empty(), Optional.empty());
        parameters.done();
        return required;
    }

    private Uni<ProjectionAnswer> describe(String name) {
        return projections
                .find(name)
                .map(projection ->
                        lags.of(projection).map(partitions -> describe(projection, partitions)))
                .orElseGet(() -> Uni.createFrom().item(notConfigured(name)));
    }

    private ProjectionAnswer describe(Projection projection, List<PartitionLag> lags) {
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
        Optional<ProjectionStatus> status = projection.status();
        return new ProjectionAnswer(
                projection.readModel().name(),
                projection.readModel().store(),
                projections.state(projection.readModel().name()),
                status.map(seen -> seen.live().number()).orElse(0L),
                status.map(ProjectionStatus::shapeVersion)
                        .orElse(projection.readModel().shapeVersion()),
                new Lag(
                        partitions.stream().mapToLong(Partition::lag).sum(),
                        partitions.stream().mapToLong(Partition::seconds).max().orElse(0)),
                partitions,
                status.map(ProjectionStatus::deadLetters).orElse(0L),
                status.flatMap(ProjectionStatus::building)
                        .map(building ->
                                new Rebuild(
                                        building.generation().number(),
                                        building.checkpoints().stream()
                                                .mapToLong(Checkpoint::nextOffset)
                                                .sum(),
                                        partitions.stream().mapToLong(Partition::end).sum(),
                                        building.startedAt()))
                        .orElse(null),
                projection.lastError().orElse(null));
    }

    private ProjectionAnswer notConfigured(String name) {
        return new ProjectionAnswer(
                name,
                STORES.get(name),
                projections.state(name),
                0,
                0,
                new Lag(0, 0),
                List.of(),
                0,
                null,
                null);
    }
}
