package orders.devstack;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// The servers that the services need: a real Kafka, a real PostgreSQL, a server that speaks
/// MongoDB's protocol (it is not mongod) and, as far as they can be had, a real Elasticsearch and
/// ClickHouse's engine; a real Keycloak, when callers need tokens. Each is a process of its own on
/// loopback, or exists already and is only named.
public final class DevStack implements AutoCloseable {

    private static final String ELASTICSEARCH_MODULE = "order-devstack-elasticsearch";

    private final DevStackSettings settings;
    private final DataFolder data;
    private final TargetFolder target;
    private final Optional<EmbeddedServer> kafka;
    private final Optional<PostgresServer> postgres;
    private final Optional<EmbeddedServer> mongo;
    private final Optional<KeycloakServer> keycloak;
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
                                jvm(
                                        "kafka",
                                        settings.kafkaPort(),
                                        "KafkaBroker",
                                        "-Xmx256m",
                                        settings.kafkaSettings().entrySet().stream()
                                                .map(each -> each.getKey() + "=" + each.getValue())
                                                .toList()));
        this.postgres =
                settings.existingDatabases().isPresent()
                        ? Optional.empty()
                        : Optional.of(new PostgresServer(settings, data, target));
        this.mongo =
                settings.existingMongo().isPresent()
                        ? Optional.empty()
                        // It collects all that a question finds.
                        : Optional.of(
                                jvm(
                                        "mongo",
                                        settings.mongoPort(),
                                        "MongoCompatibleServer",
                                        "-Xmx2g",
                                        List.of()));
        this.keycloak =
                settings.keycloakPort().stream()
                        .mapToObj(port -> new KeycloakServer(port, data, target.project()))
                        .findFirst();
        this.elasticsearch = new Dispensable(settings.elasticsearchPort(), this::elasticsearch);
        this.clickHouse = new Dispensable(settings.clickHousePort(), this::clickHouse);
    }

    private EmbeddedServer jvm(
            String name, int port, String mainClass, String heap, List<String> arguments) {
        return new EmbeddedServer(
                name,
                port,
                data,
                () -> target.java("orders.devstack." + mainClass, heap),
                arguments);
    }

    private EmbeddedServer elasticsearch(int port) {
        TargetFolder built = target.of(ELASTICSEARCH_MODULE);
        return new EmbeddedServer(
                "elasticsearch",
                port,
                data,
                () ->
                        built.java(
                                "orders.devstack.elasticsearch.ElasticsearchNode",
                                "-Xmx384m",
                                "--add-modules=jdk.incubator.vector"),
                List.of(built.path().resolve("home").toString()));
    }

    private EmbeddedServer clickHouse(int port) {
        return new EmbeddedServer(
                "clickhouse",
                port,
                data,
                () -> ClickHousePrograms.front(data.path().resolve("clickhouse")),
                List.of());
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
        return elasticsearch.orThrow(() -> notEmbedded("Elasticsearch"));
    }

    /// The embedded engine of ClickHouse.
    public ServerProcess clickHouse() {
        return clickHouse.orThrow(() -> notEmbedded("ClickHouse"));
    }

    /// The embedded Keycloak, when there is one.
    Optional<KeycloakServer> keycloak() {
        return keycloak;
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
            var _ = ClickHousePrograms.python();
            return Optional.empty();
        } catch (DevStackFailure cannot) {
            return Optional.of(cannot.getMessage());
        }
    }

    /// Where Elasticsearch is, if there is one.
    Optional<String> elasticsearchUrl() {
        return elasticsearch.url().or(settings::existingElasticsearch);
    }

    /// Where ClickHouse is, if there is one.
    Optional<String> clickHouseUrl() {
        return clickHouse.url().or(settings::existingClickHouse);
    }

    /// The version of the embedded Elasticsearch.
    String elasticsearchVersion() {
        return target.of(ELASTICSEARCH_MODULE).version("elasticsearch");
    }

    /// What order-command needs to know of the servers, as environment variables.
    public Map<String, String> commandEnvironment() {
        return environment(PostgresServer.WRITE, DevStackSettings.Databases::command);
    }

    /// What order-query needs to know of the servers, as environment variables.
    public Map<String, String> queryEnvironment() {
        Map<String, String> environment =
                environment(PostgresServer.READ, DevStackSettings.Databases::query);
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
        return Stream.<Optional<? extends ServerProcess>>of(kafka, postgres, mongo, keycloak)
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

    private Map<String, String> environment(
            PostgresServer.Database embedded,
            Function<DevStackSettings.Databases, DevStackSettings.Database> existing) {
        DevStackSettings.Database database =
                postgres.map(server -> server.login(embedded))
                        .or(() -> settings.existingDatabases().map(existing))
                        .orElseThrow();
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("ORDERS_DATABASE_URL", database.url());
        environment.put("ORDERS_DATABASE_USERNAME", database.username());
        environment.put("ORDERS_DATABASE_PASSWORD", database.password());
        environment.put("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers());
        keycloak.ifPresent(server ->
                environment.put("QUARKUS_OIDC_AUTH_SERVER_URL", server.issuer().toString()));
        return environment;
    }

    private static DevStackFailure notEmbedded(String server) {
        return new DevStackFailure(
                server + " is not embedded in this stack: an existing one is used");
    }
}
