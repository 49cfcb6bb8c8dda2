package orders.acceptance.faults;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.oneOf;

import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ExtractableResponse;
import io.restassured.response.Response;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import orders.acceptance.TestFolder;
import orders.acceptance.TopicReader;
import orders.acceptance.faults.ReadModelsCheck.ReadModel;
import orders.devstack.DevStack;
import orders.devstack.DevStackSettings;
import orders.devstack.PostgresServer;
import orders.devstack.ServerProcess;
import orders.devstack.ServiceProcess;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartition;

/// Two instances of order-query on servers of their own, which tests may break.
final class QuerySide implements AutoCloseable {

    private static final String SEARCH = "order-search";

    private static final int PARTITIONS = 12;
    private static final Duration CATCH_UP = Duration.ofMinutes(5);

    private final DevStack stack;
    private final List<ServerProcess> servers;
    private final List<String> projections;
    private final Instances instances;

    private QuerySide(
            TestFolder folder, DevStack stack, ServerProcess fourth, List<String> projections) {
        this.stack = stack;
        this.servers = List.of(stack.kafka(), stack.postgres(), stack.mongo(), fourth);
        this.projections = projections;
        this.instances = Instances.of("order-query", folder, environment(stack, projections));
    }

    /// All read models, with statistics in PostgreSQL. Starts everything on empty stores and
    /// returns when it is ready.
    static QuerySide start() {
        var folder = TestFolder.emptied("query-faults");
        var stack = DevStack.start(DevStackSettings.temporary(folder.path()).withElasticsearch());
        return started(
                new QuerySide(
                        folder,
                        stack,
                        stack.elasticsearch(),
                        List.of(
                                "order-summaries",
                                "order-details",
                                "daily-order-stats",
                                "order-timeline",
                                SEARCH)));
    }

    /// The same with statistics in ClickHouse, and without search.
    static QuerySide startWithClickHouse() {
        var folder = TestFolder.emptied("clickhouse-faults");
        var stack = DevStack.start(DevStackSettings.temporary(folder.path()).withClickHouse());
        return started(
                new QuerySide(
                        folder,
                        stack,
                        stack.clickHouse(),
                        List.of(
                                "order-summaries",
                                "order-details",
                                "daily-order-stats",
                                "order-timeline")));
    }

    private static QuerySide started(QuerySide side) {
        try {
            side.createTopics();
            side.startAll();
            return side;
        } catch (RuntimeException failed) {
            side.close();
            throw failed;
        }
    }

    /// Names of those that keep the read models.
    List<String> projections() {
        return projections;
    }

    List<ServiceProcess> instances() {
        return instances.all();
    }

    List<URI> uris() {
        return instances.uris();
    }

    /// The other instance.
    ServiceProcess otherThan(ServiceProcess instance) {
        return instances.otherThan(instance);
    }

    ServerProcess kafka() {
        return stack.kafka();
    }

    PostgresServer postgres() {
        return stack.postgres();
    }

    ServerProcess mongo() {
        return stack.mongo();
    }

    ServerProcess elasticsearch() {
        return stack.elasticsearch();
    }

    ServerProcess clickHouse() {
        return stack.clickHouse();
    }

    String bootstrapServers() {
        return stack.bootstrapServers();
    }

    /// What an instance says of a projection.
    JsonPath projection(ServiceProcess instance, String name) {
        return get(instance, "/projections/" + name);
    }

    /// The number of the generation that answers reads.
    long generation(ServiceProcess instance, String name) {
        return projection(instance, name).getLong("generation");
    }

    /// Has a projection rebuilt.
    void rebuild(ServiceProcess instance, String name) {
        post(instance, "/projections/" + name + "/rebuild", "{}");
    }

    /// An answer that has to be a success.
    JsonPath get(ServiceProcess instance, String path) {
        return given().baseUri(instance.uri().toString())
                .get(path)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    /// An answer, empty while its store cannot give any.
    Optional<JsonPath> answer(ServiceProcess instance, String path) {
        ExtractableResponse<Response> answer =
                given().baseUri(instance.uri().toString())
                        .get(path)
                        .then()
                        .statusCode(oneOf(200, 503))
                        .extract();
        return answer.statusCode() == 200 ? Optional.of(answer.jsonPath()) : Optional.empty();
    }

    /// An answer that has to say that its store is away.
    void assertUnavailable(ServiceProcess instance, String path) {
        given().baseUri(instance.uri().toString())
                .get(path)
                .then()
                .statusCode(503)
                .body("type", equalTo("/problems/store-unavailable"));
    }

    /// A request that has to be accepted.
    void post(ServiceProcess instance, String path, String json) {
        given().baseUri(instance.uri().toString())
                .contentType(ContentType.JSON)
                .body(json)
                .post(path)
                .then()
                .statusCode(202);
    }

    /// Returns when `instance` says that all is applied that is published now.
    void awaitApplied(ServiceProcess instance) {
        Map<TopicPartition, Long> ends = ends();
        for (String name : projections) {
            await().atMost(CATCH_UP)
                    .ignoreExceptions()
                    .until(
                            () -> checkpoints(instance, name),
                            checkpoints -> reach(checkpoints, ends));
        }
    }

    /// Returns when every instance says that nothing lags.
    void awaitNoLag() {
        for (ServiceProcess instance : instances()) {
            for (String name : projections) {
                await().atMost(CATCH_UP)
                        .ignoreExceptions()
                        .until(
                                () -> projection(instance, name),
                                projection ->
                                        projection.getString("state").equals("LIVE")
                                                && projection.getLong("lag.events") == 0);
            }
        }
    }

    /// What differs between the topics and the read models, when nothing is under way.
    List<String> differences() {
        Map<TopicPartition, Long> ends = ends();
        Fold fold = fold(ends);
        List<String> differences = new ArrayList<>();
        differences.addAll(
                ReadModelsCheck.differences(
                        new ReadModel(fold.summaries(), ends), stores().summaries()));
        differences.addAll(
                ReadModelsCheck.differences(
                        new ReadModel(fold.details(), ends), stores().details()));
        if (projections.contains(SEARCH)) {
            differences.addAll(
                    ReadModelsCheck.differences(
                            new ReadModel(fold.search(), ends), stores().search()));
        }
        differences.addAll(
                ReadModelsCheck.differences(new ReadModel(fold.stats(), ends), stores().stats()));
        differences.addAll(
                ReadModelsCheck.differences(
                        new ReadModel(fold.timeline(), ends), stores().timeline()));
        differences.addAll(ReadModelsCheck.differences(fold.summaries(), revenue()));
        return differences;
    }

    /// What is missing in the read models although it lies before their checkpoints.
    List<String> losses() {
        ReadModel summaries = stores().summaries();
        ReadModel details = stores().details();
        ReadModel stats = stores().stats();
        ReadModel timeline = stores().timeline();
        List<String> losses = new ArrayList<>();
        losses.addAll(
                ReadModelsCheck.losses(
                        fold(summaries.checkpoints()).summaries(), summaries.rows()));
        losses.addAll(
                ReadModelsCheck.losses(fold(details.checkpoints()).details(), details.rows()));
        losses.addAll(ReadModelsCheck.losses(fold(stats.checkpoints()).stats(), stats.rows()));
        losses.addAll(
                ReadModelsCheck.losses(fold(timeline.checkpoints()).timeline(), timeline.rows()));
        if (projections.contains(SEARCH)) {
            ReadModel search = stores().search();
            losses.addAll(
                    ReadModelsCheck.losses(fold(search.checkpoints()).search(), search.rows()));
        }
        return losses;
    }

    /// What the statistics of the days of all sample orders sum up to, by currency.
    private Map<Object, BigDecimal> revenue() {
        List<Map<String, String>> days =
                get(instances().getFirst(), QueryFaults.ALL_STATISTICS).getList("days");
        Map<Object, BigDecimal> revenue = new TreeMap<>();
        days.forEach(day ->
                revenue.merge(
                        day.get("currency"),
                        new BigDecimal(day.get("totalRevenue")),
                        BigDecimal::add));
        revenue.values().removeIf(sum -> sum.signum() == 0);
        return revenue;
    }

    /// Starts whatever does not run and lets go on what is frozen.
    void startAll() {
        servers.parallelStream().forEach(ServerProcess::start);
        instances.startAll();
    }

    @Override
    public void close() {
        try (stack) {
            instances.stopAll();
        }
    }

    private Map<TopicPartition, Long> ends() {
        Map<TopicPartition, Long> ends = new HashMap<>(topics().ends(TopicReader.ORDER_EVENTS));
        ends.putAll(topics().ends(TopicReader.CUSTOMER_EVENTS));
        return ends;
    }

    private Fold fold(Map<TopicPartition, Long> ends) {
        Fold fold = new Fold();
        topics().upTo(ends, fold::add);
        return fold;
    }

    private Map<String, Long> checkpoints(ServiceProcess instance, String name) {
        Map<String, Long> checkpoints = new HashMap<>();
        List<Map<String, Object>> partitions = projection(instance, name).getList("partitions");
        partitions.forEach(partition ->
                checkpoints.put(
                        (String) partition.get("partition"),
                        ((Number) partition.get("checkpoint")).longValue()));
        return checkpoints;
    }

    private static boolean reach(Map<String, Long> checkpoints, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .allMatch(end -> checkpoints.get(end.getKey().toString()) >= end.getValue());
    }

    /// The stores of the read models, from behind.
    ReadStores stores() {
        return new ReadStores(stack.queryEnvironment());
    }

    private TopicReader topics() {
        return new TopicReader(stack.bootstrapServers());
    }

    /// With rebuilds that take long enough to be broken half-way.
    private static Map<String, String> environment(DevStack stack, List<String> projections) {
        Map<String, String> environment = new HashMap<>(stack.queryEnvironment());
        environment.put("PROJECTIONS_ENABLED", String.join(",", projections));
        environment.put("PROJECTIONS_REBUILD_BATCH_SIZE", "2000");
        environment.put("PROJECTIONS_REBUILD_MAX_EVENTS_PER_SECOND", "3000");
        environment.put("PROJECTIONS_REBUILD_SILENT_BUILDER_TIMEOUT", "PT3S");
        return environment;
    }

    /// As order-command does.
    private void createTopics() {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
            admin.createTopics(
                            List.of(
                                    topic(TopicReader.ORDER_EVENTS, "delete"),
                                    topic(TopicReader.CUSTOMER_EVENTS, "compact")))
                    .all()
                    .get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static NewTopic topic(String name, String cleanUp) {
        return new NewTopic(name, Optional.of(PARTITIONS), Optional.empty())
                .configs(Map.of("cleanup.policy", cleanUp, "retention.ms", "-1"));
    }
}
