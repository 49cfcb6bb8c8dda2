package orders.devstack;

import java.nio.file.Path;

/// What the launcher says when everything is ready.
final class Report {

    private static final String ROW = "  %-14s %-28s %s%n";

    private Report() {}

    static String of(
            DevStack stack, ServiceProcess command, ServiceProcess query, String sinceStart) {
        Path data = stack.data().path();
        return """

        Everything is ready after %s.

        %s%s%s%s%s%s%s
          Logs        %s/<name>.log
          Data        %s
          Loopback only, for development: whoever can log in to this machine can use the services, Kafka,
          mongo, Elasticsearch and ClickHouse without a password.%s
          Ctrl-C stops everything.

        """
                .formatted(
                        sinceStart,
                        ROW.formatted("order-command", command.uri(), "commands: POST /orders ..."),
                        ROW.formatted("order-query", query.uri(), "reads: GET /orders ..."),
                        kafka(stack),
                        postgres(stack),
                        mongo(stack),
                        elasticsearch(stack),
                        clickHouse(stack),
                        data.resolve("logs"),
                        data,
                        stack.settings().existingDatabases().isPresent()
                                ? ""
                                : " PostgreSQL's passwords are in "
                                        + PostgresServer.passwordFile(data.resolve("postgres"))
                                        + ".");
    }

    private static String kafka(DevStack stack) {
        return stack.settings().existingKafka().isPresent()
                ? ROW.formatted("kafka", stack.bootstrapServers(), "existing")
                : ROW.formatted(
                        "kafka",
                        stack.bootstrapServers(),
                        "Apache Kafka " + stack.target().version("kafka_2.13"));
    }

    private static String postgres(DevStack stack) {
        return stack.settings()
                .existingDatabases()
                .map(existing ->
                        ROW.formatted("postgres", existing.command(), "existing")
                                + ROW.formatted("", existing.query(), "existing"))
                .orElseGet(() ->
                        ROW.formatted(
                                "postgres",
                                address(stack.postgres()),
                                "PostgreSQL %s, databases %s and %s"
                                        .formatted(
                                                stack.target().version(PostgresPrograms.artifact()),
                                                PostgresServer.WRITE.name(),
                                                PostgresServer.READ.name())));
    }

    /// Without the address of an existing one: it may carry a password.
    private static String mongo(DevStack stack) {
        return stack.settings().existingMongo().isPresent()
                ? ROW.formatted("mongo", "QUARKUS_MONGODB_CONNECTION_STRING", "existing")
                : ROW.formatted(
                        "mongo",
                        address(stack.mongo()),
                        "mongo-java-server %s, not mongod: in memory, filled again by order-query after a restart"
                                .formatted(
                                        stack.target()
                                                .version("mongo-java-server-memory-backend")));
    }

    /// Without the address of an existing one, for the same reason.
    private static String elasticsearch(DevStack stack) {
        if (stack.settings().existingElasticsearch().isPresent()) {
            return ROW.formatted("elasticsearch", "ELASTICSEARCH_URL", "existing");
        }
        if (stack.elasticsearchUrl().isEmpty()) {
            return ROW.formatted(
                    "elasticsearch",
                    "-",
                    stack.withoutElasticsearch()
                                    .map(why -> why.getMessage().lines().findFirst().orElseThrow())
                                    .orElse("is off")
                            + "; search answers 503");
        }
        return ROW.formatted(
                "elasticsearch",
                address(stack.elasticsearch()),
                "Elasticsearch " + stack.elasticsearchVersion());
    }

    /// Nothing when statistics are kept in PostgreSQL.
    private static String clickHouse(DevStack stack) {
        if (stack.settings().existingClickHouse().isPresent()) {
            return ROW.formatted("clickhouse", "CLICKHOUSE_URL", "existing");
        }
        if (stack.settings().clickHousePort().isEmpty()) {
            return "";
        }
        return stack.withoutClickHouse()
                .map(why ->
                        ROW.formatted(
                                "clickhouse",
                                "-",
                                why.getMessage().lines().findFirst().orElseThrow()
                                        + "; statistics answer 503"))
                .orElseGet(() ->
                        ROW.formatted(
                                "clickhouse",
                                address(stack.clickHouse()),
                                "ClickHouse's engine (%s) behind a small front, one query at a time"
                                        .formatted(ClickHousePrograms.ENGINE)));
    }

    private static String address(ServerProcess server) {
        return "127.0.0.1:" + server.port();
    }
}
