package orders.devstack;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The servers that the services need: a real Kafka, a real PostgreSQL, a server that speaks
/// MongoDB's protocol (it is not mongod) and, as far as they can be had, a real Elasticsearch and
/// ClickHouse's engine. Each is a process of its own on loopback, or exists already and is only
/// named.
public final class DevStack implements AutoCloseable {

    private static final String ELASTICSEARCH_MODULE = "order-devstack-elasticsearch";

    private final DevStackSettings settings;
    private final DataFolder data;
    private final TargetFolder target;
    private final Optional<JvmServer> kafka;
    private final Optional<PostgresServer> postgres;
    private final Optional<JvmServer> mongo;
    private final Dispensable elasticsearch;
    private final Dispensable clickHouse;

    private DevStack(DevStackSettings settings, DataFolder data, TargetFolder target) {
        this.settings = settings;
        this.data = data;
        this.target = target;
        this.kafka =
                settings.existingKafka().isPresent()
                        ? Optional.empty()
                        : Optional.of(
                                new JvmServer(
                                        "kafka",
                                        settings.kafkaPort(),
                                        "KAFKA_PORT",
                                        data.log("kafka"),
                                        data.path().resolve("kafka"),
                                        target,
                                        "orders.devstack.KafkaBroker",
                                        List.of("-Xmx256m"),
                                        settings.kafkaSettings().entrySet().stream()
                                                .map(each -> each.getKey() + "=" + each.getValue())
                                                .toList()));
        this.postgres =
                settings.existingDatabases().isPresent()
                        ? Optional.empty()
                        : Optional.of(
                                new PostgresServer(
                                        settings.postgresPort(),
                                        data.log("postgres"),
                                        data.path().resolve("postgres"),
                                        target,
                                        settings.postgresPrograms().orElse(target.path())));
        this.mongo =
                settings.existingMongo().isPresent()
                        ? Optional.empty()
                        : Optional.of(
                                new JvmServer(
                                        "mongo",
                                        settings.mongoPort(),
                                        "MONGO_PORT",
                                        data.log("mongo"),
                                        data.path().resolve("mongo"),
                                        target,
                                        "orders.devstack.MongoCompatibleServer",
                                        // It collects all that a question finds.
                                        List.of("-Xmx2g"),
                                        List.of()));
        this.elasticsearch =
                new Dispensable(
                        settings.elasticsearchPort().stream()
                                .mapToObj(port -> elasticsearch(port, data, target))
                                .findFirst());
        this.clickHouse =
                new Dispensable(
                        settings.clickHousePort().stream()
                                .<ServerProcess>mapToObj(port ->
                                        new ClickHouseEngine(
                                                port,
                                                data.log("clickhouse"),
                                                data.path().resolve("clickhouse")))
                                .findFirst());
    }

    private static ServerProcess elasticsearch(int port, DataFolder data, TargetFolder target) {
        TargetFolder built = target.of(ELASTICSEARCH_MODULE);
        return new JvmServer(
                "elasticsearch",
                port,
                "ELASTICSEARCH_PORT",
                data.log("elasticsearch"),
                data.path().resolve("elasticsearch"),
                built,
                "orders.devstack.elasticsearch.ElasticsearchNode",
                List.of("-Xmx384m", "--add-modules=jdk.incubator.vector"),
                List.of(built.path().resolve("home").toString()));
    }

    /// Starts all embedded servers at the same time and returns when they are ready.
    ///
    /// @throws DevStackFailure when one of them does not start, or another stack uses the data
    ///   folder; then nothing is left running. Without Elasticsearch a stack does
    public static DevStack start(DevStackSettings settings) {
        DevStack stack = in(settings);
        try {
            stack.startServers();
            return stack;
        } catch (RuntimeException e) {
            stack.close();
            throw e;
        }
    }

    /// A stack that holds its data folder and has not started anything yet.
    static DevStack in(DevStackSettings settings) {
        TargetFolder target = TargetFolder.find();
        DataFolder data = DataFolder.open(settings.data());
        try {
            return new DevStack(settings, data, target);
        } catch (RuntimeException e) {
            data.close();
            throw e;
        }
    }

    void startServers() {
        InParallel.run(
                Stream.concat(
                                required().<Runnable>map(server -> server::start),
                                Stream.<Runnable>of(elasticsearch::start, clickHouse::start))
                        .toList());
    }

    /// The embedded Kafka.
    ///
    /// @throws DevStackFailure when an existing one is used; so do the next two
    public ServerProcess kafka() {
        return kafka.orElseThrow(() -> notEmbedded("Kafka"));
    }

    /// The embedded PostgreSQL.
    public PostgresServer postgres() {
        return postgres.orElseThrow(() -> notEmbedded("PostgreSQL"));
    }

    /// The embedded server that speaks MongoDB's protocol.
    public ServerProcess mongo() {
        return mongo.orElseThrow(() -> notEmbedded("MongoDB"));
    }

    /// The embedded Elasticsearch.
    ///
    /// @throws DevStackFailure when there is none; so does the next
    public ServerProcess elasticsearch() {
        return orThrow(elasticsearch, "Elasticsearch");
    }

    /// The embedded engine of ClickHouse.
    public ServerProcess clickHouse() {
        return orThrow(clickHouse, "ClickHouse");
    }

    /// Why Elasticsearch does not run, when it should.
    Optional<DevStackFailure> withoutElasticsearch() {
        return elasticsearch.failure();
    }

    /// Why ClickHouse's engine does not run, when it should.
    Optional<DevStackFailure> withoutClickHouse() {
        return clickHouse.failure();
    }

    /// Why ClickHouse's engine cannot be embedded on this machine; empty when it can.
    public static Optional<String> obstacleToClickHouse() {
        try {
            ClickHousePrograms.inCache();
            return Optional.empty();
        } catch (DevStackFailure cannot) {
            return Optional.of(cannot.getMessage());
        }
    }

    /// Where Elasticsearch is, if there is one.
    Optional<String> elasticsearchUrl() {
        return elasticsearch
                .server()
                .map(server -> "http://127.0.0.1:" + server.port())
                .or(settings::existingElasticsearch);
    }

    /// Where ClickHouse is, if there is one.
    Optional<String> clickHouseUrl() {
        return clickHouse
                .server()
                .map(server -> "http://127.0.0.1:" + server.port())
                .or(settings::existingClickHouse);
    }

    /// The version of the embedded Elasticsearch.
    String elasticsearchVersion() {
        return target.of(ELASTICSEARCH_MODULE).version("elasticsearch");
    }

    /// What order-command needs to know of the servers, as environment variables.
    public Map<String, String> commandEnvironment() {
        return environment(
                postgres.map(server -> database(server, PostgresServer.WRITE))
                        .or(() ->
                                settings.existingDatabases()
                                        .map(DevStackSettings.Databases::command))
                        .orElseThrow());
    }

    /// What order-query needs to know of the servers, as environment variables.
    public Map<String, String> queryEnvironment() {
        Map<String, String> environment =
                new LinkedHashMap<>(
                        environment(
                                postgres.map(server -> database(server, PostgresServer.READ))
                                        .or(() ->
                                                settings.existingDatabases()
                                                        .map(DevStackSettings.Databases::query))
                                        .orElseThrow()));
        environment.put(
                "QUARKUS_MONGODB_CONNECTION_STRING",
                mongo.map(server -> "mongodb://127.0.0.1:" + server.port())
                        .or(settings::existingMongo)
                        .orElseThrow());
        environment.put("QUARKUS_MONGODB_DATABASE", settings.mongoDatabase());
        elasticsearchUrl().ifPresent(url -> environment.put("ELASTICSEARCH_URL", url));
        clickHouseUrl().ifPresent(url -> environment.put("CLICKHOUSE_URL", url));
        if (clickHouseUrl().isPresent() || withoutClickHouse().isPresent()) {
            environment.put("STATS_STORE", "clickhouse");
        }
        return environment;
    }

    /// Where Kafka's clients connect first.
    public String bootstrapServers() {
        return kafka.map(server -> "127.0.0.1:" + server.port())
                .or(settings::existingKafka)
                .orElseThrow();
    }

    /// Stops all embedded servers; their data stays. No process is left.
    @Override
    public void close() {
        try {
            InParallel.stop(servers());
        } finally {
            data.close();
        }
    }

    /// The embedded servers.
    List<ServerProcess> servers() {
        return Stream.concat(
                        required(),
                        Stream.of(elasticsearch, clickHouse)
                                .flatMap(dispensable -> dispensable.server().stream()))
                .toList();
    }

    private Stream<ServerProcess> required() {
        return Stream.<Optional<? extends ServerProcess>>of(kafka, postgres, mongo)
                .flatMap(Optional::stream);
    }

    DataFolder data() {
        return data;
    }

    DevStackSettings settings() {
        return settings;
    }

    TargetFolder target() {
        return target;
    }

    private static DevStackSettings.Database database(
            PostgresServer server, PostgresServer.Database database) {
        return new DevStackSettings.Database(
                server.url(database), database.role(), server.password(database));
    }

    private Map<String, String> environment(DevStackSettings.Database database) {
        return Map.of(
                "ORDERS_DATABASE_URL", database.url(),
                "ORDERS_DATABASE_USERNAME", database.username(),
                "ORDERS_DATABASE_PASSWORD", database.password(),
                "KAFKA_BOOTSTRAP_SERVERS", bootstrapServers());
    }

    private static ServerProcess orThrow(Dispensable dispensable, String server) {
        return dispensable
                .server()
                .orElseThrow(() -> dispensable.failure().orElseGet(() -> notEmbedded(server)));
    }

    private static DevStackFailure notEmbedded(String server) {
        return new DevStackFailure(
                server + " is not embedded in this stack: an existing one is used");
    }
}
