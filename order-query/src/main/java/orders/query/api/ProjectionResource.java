package orders.query.api;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import orders.query.api.ProjectionAnswer.All;
import orders.query.api.ProjectionAnswer.Lag;
import orders.query.api.ProjectionAnswer.Partition;
import orders.query.projection.Checkpoint;
import orders.query.projection.KafkaEnds;
import orders.query.projection.Projection;
import orders.query.projection.Projection.State;
import orders.query.projection.Projections;
import org.apache.kafka.common.TopicPartition;
import org.jboss.resteasy.reactive.RestPath;

/// How far each projection has come.
@Path("/projections")
@Produces(MediaType.APPLICATION_JSON)
public class ProjectionResource {

    /// All names that there will be, with their stores.
    private static final Map<String, String> STORES = new LinkedHashMap<>();

    static {
        STORES.put("order-summaries", "PostgreSQL");
        STORES.put("order-details", "MongoDB");
        STORES.put("daily-order-stats", "ClickHouse");
        STORES.put("order-search", "Elasticsearch");
    }

    private final Projections projections;
    private final KafkaEnds ends;

    ProjectionResource(Projections projections, KafkaEnds ends) {
        this.projections = projections;
        this.ends = ends;
    }

    /// All projections, those that are not configured too.
    @GET
    public Uni<All> all(RoutingContext request) {
        new Parameters(request).done();
        return Multi.createFrom()
                .iterable(STORES.keySet())
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
        if (!STORES.containsKey(name)) {
            throw new QueryFailure.ProjectionNotFound();
        }
        return describe(name);
    }

    private Uni<ProjectionAnswer> describe(String name) {
        return projections
                .find(name)
                .map(projection ->
                        projection
                                .readModel()
                                .checkpoints()
                                .chain(checkpoints ->
                                        ends.read()
                                                .map(now ->
                                                        describe(projection, checkpoints, now))))
                .orElseGet(() -> Uni.createFrom().item(notConfigured(name)));
    }

    private static ProjectionAnswer describe(
            Projection projection, List<Checkpoint> checkpoints, Map<TopicPartition, Long> ends) {
        Map<TopicPartition, Long> offsets =
                checkpoints.stream()
                        .collect(Collectors.toMap(Checkpoint::partition, Checkpoint::nextOffset));
        List<Partition> partitions =
                ends.entrySet().stream()
                        .sorted(Comparator.comparing(entry -> order(entry.getKey())))
                        .map(entry ->
                                partition(
                                        entry.getKey(),
                                        offsets.getOrDefault(entry.getKey(), 0L),
                                        entry.getValue()))
                        .toList();
        long events = partitions.stream().mapToLong(Partition::lag).sum();
        long seconds =
                projection
                        .inHandSince()
                        .map(since -> Duration.between(since, Instant.now()).toSeconds())
                        .orElse(0L);
        return new ProjectionAnswer(
                projection.readModel().name(),
                projection.readModel().store(),
                projection.state(),
                1,
                1,
                new Lag(events, seconds),
                partitions,
                0,
                projection.lastError().orElse(null));
    }

    private static String order(TopicPartition partition) {
        return "%s-%09d".formatted(partition.topic(), partition.partition());
    }

    private static Partition partition(TopicPartition partition, long checkpoint, long end) {
        return new Partition(partition.toString(), checkpoint, end, Math.max(0, end - checkpoint));
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
                null);
    }
}
