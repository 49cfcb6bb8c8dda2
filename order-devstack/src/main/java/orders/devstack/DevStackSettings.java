package orders.devstack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Where a stack keeps its data, on which ports it listens, and which servers exist already and are
/// used instead of embedded ones.
///
/// @param data folder of all data and logs; one stack at a time can use it
/// @param kafkaPort port of the embedded server, 0 for any free one; as for the next two
/// @param elasticsearchPort likewise; empty when none is embedded
/// @param clickHousePort likewise
/// @param keycloakPort likewise
/// @param postgresPrograms folder in which PostgreSQL's programs are unpacked; by default the
///   build's
/// @param existingDatabases both databases or none: one PostgreSQL is either embedded or not
/// @param kafkaSettings of the embedded broker, above ours
public record DevStackSettings(
        Path data,
        int kafkaPort,
        int postgresPort,
        int mongoPort,
        OptionalInt elasticsearchPort,
        OptionalInt clickHousePort,
        OptionalInt keycloakPort,
        Optional<Path> postgresPrograms,
        Optional<String> existingKafka,
        Optional<Databases> existingDatabases,
        Optional<String> existingMongo,
        String mongoDatabase,
        Optional<String> existingElasticsearch,
        Optional<String> existingClickHouse,
        Map<String, String> kafkaSettings) {

    /// The databases of both services.
    public record Databases(Database command, Database query) {}

    /// A database of an existing PostgreSQL, as `postgresql://host:port/name`.
    public record Database(String url, String username, String password) {

        @Override
        public String toString() {
            return username + " at " + url;
        }
    }

    /// As [#temporary], without what an earlier run has left in the folder.
    ///
    /// @throws UncheckedIOException when it cannot be deleted
    public static DevStackSettings emptied(Path folder) {
        try {
            Installation.deleteAll(folder);
        } catch (IOException undeletable) {
            throw new UncheckedIOException("cannot empty " + folder, undeletable);
        }
        return temporary(folder);
    }

    /// All servers embedded but Elasticsearch and ClickHouse, on free ports, with everything under
    /// this folder: for tests.
    public static DevStackSettings temporary(Path folder) {
        return fromEnvironment(
                Map.of(
                        "DATA",
                        folder.toString(),
                        "KAFKA_PORT",
                        "0",
                        "POSTGRES_PORT",
                        "0",
                        "MONGO_PORT",
                        "0",
                        "ELASTICSEARCH",
                        "off"));
    }

    /// The same with an embedded Elasticsearch on a free port.
    public DevStackSettings withElasticsearch() {
        return with(OptionalInt.of(0), clickHousePort, kafkaSettings);
    }

    /// The same with ClickHouse's engine embedded, on a free port.
    public DevStackSettings withClickHouse() {
        return with(elasticsearchPort, OptionalInt.of(0), kafkaSettings);
    }

    /// The same with these settings of the embedded broker.
    public DevStackSettings withKafkaSettings(Map<String, String> broker) {
        return with(elasticsearchPort, clickHousePort, broker);
    }

    private DevStackSettings with(
            OptionalInt elasticsearch, OptionalInt clickHouse, Map<String, String> broker) {
        return new DevStackSettings(
                data,
                kafkaPort,
                postgresPort,
                mongoPort,
                elasticsearch,
                clickHouse,
                keycloakPort,
                postgresPrograms,
                existingKafka,
                existingDatabases,
                existingMongo,
                mongoDatabase,
                existingElasticsearch,
                existingClickHouse,
                broker);
    }

    /// As the environment says:
    ///
    /// - `DATA` (default `.data`), `KAFKA_PORT` (19092), `POSTGRES_PORT` (15432), `MONGO_PORT`
    ///   (27018), `ELASTICSEARCH_PORT` (19200); port 0 is any free one
    /// - `POSTGRES_PROGRAMS`: folder in which PostgreSQL's programs are unpacked
    /// - `KAFKA_BOOTSTRAP_SERVERS`: use that Kafka
    /// - `ORDERS_COMMAND_DATABASE_URL`, `_USERNAME`, `_PASSWORD` together with
    ///   `ORDERS_QUERY_DATABASE_URL`, `_USERNAME`, `_PASSWORD`: use these databases
    /// - `QUARKUS_MONGODB_CONNECTION_STRING`: use that MongoDB; `QUARKUS_MONGODB_DATABASE`
    ///   (`orders`)
    /// - `ELASTICSEARCH_URL`: use that Elasticsearch; `ELASTICSEARCH=off`: use none
    /// - `CLICKHOUSE=embedded`: keep statistics in ClickHouse's engine, on `CLICKHOUSE_PORT`
    ///   (18123); `CLICKHOUSE_URL`: in that ClickHouse
    /// - `AUTH=keycloak`: let the services ask for tokens of a Keycloak, on `KEYCLOAK_PORT` (8180)
    ///
    /// @throws DevStackFailure when a value cannot be used
    public static DevStackSettings fromEnvironment(Map<String, String> environment) {
        Environment settings = new Environment(environment);
        return new DevStackSettings(
                Path.of(settings.text("DATA").orElse(".data")),
                settings.port("KAFKA_PORT", 19_092),
                settings.port("POSTGRES_PORT", 15_432),
                settings.port("MONGO_PORT", 27_018),
                settings.text("ELASTICSEARCH").filter("off"::equals).isPresent()
                                || settings.text("ELASTICSEARCH_URL").isPresent()
                        ? OptionalInt.empty()
                        : OptionalInt.of(settings.port("ELASTICSEARCH_PORT", 19_200)),
                settings.isSet("CLICKHOUSE", "embedded")
                                && settings.text("CLICKHOUSE_URL").isEmpty()
                        ? OptionalInt.of(settings.port("CLICKHOUSE_PORT", 18_123))
                        : OptionalInt.empty(),
                settings.isSet("AUTH", "keycloak")
                        ? OptionalInt.of(settings.port("KEYCLOAK_PORT", 8_180))
                        : OptionalInt.empty(),
                settings.text("POSTGRES_PROGRAMS").map(Path::of),
                settings.text("KAFKA_BOOTSTRAP_SERVERS"),
                databases(settings),
                settings.text("QUARKUS_MONGODB_CONNECTION_STRING"),
                settings.text("QUARKUS_MONGODB_DATABASE").orElse("orders"),
                settings.text("ELASTICSEARCH_URL"),
                settings.text("CLICKHOUSE_URL"),
                Map.of());
    }

    private static Optional<Databases> databases(Environment settings) {
        Optional<Database> command = database(settings, "ORDERS_COMMAND_DATABASE");
        Optional<Database> query = database(settings, "ORDERS_QUERY_DATABASE");
        if (command.isPresent() != query.isPresent()) {
            throw new DevStackFailure(
                    "Set both ORDERS_COMMAND_DATABASE_URL and ORDERS_QUERY_DATABASE_URL to use"
                            + " existing databases, or none of them");
        }
        return command.flatMap(write -> query.map(read -> new Databases(write, read)));
    }

    private static Optional<Database> database(Environment settings, String prefix) {
        return settings.text(prefix + "_URL")
                .map(url ->
                        new Database(
                                url,
                                settings.required(prefix + "_USERNAME"),
                                settings.required(prefix + "_PASSWORD")));
    }
}
