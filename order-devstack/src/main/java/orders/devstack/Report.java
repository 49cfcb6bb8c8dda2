package orders.devstack;

import java.nio.file.Path;
import java.util.Optional;

/// What the launcher says when everything is ready.
final class Report {

    private static final String EXISTING = "existing";

    private Report() {}

    static String of(
            DevStack stack, ServiceProcess command, ServiceProcess query, String sinceStart) {
        Path data = stack.data().path();
        return """

        Everything is ready after %s.

        %s%s%s%s%s%s%s%s
          Logs        %s/<name>.log
          Data        %s
          Loopback only, for development: whoever can log in to this machine can use %sKafka,
          mongo, Elasticsearch and ClickHouse without a password.%s
        %s  Ctrl-C stops everything.

        """
                .formatted(
                        sinceStart,
                        row("order-command", command.uri(), "commands: POST /orders ..."),
                        row("order-query", query.uri(), "reads: GET /orders ..."),
                        kafka(stack),
                        postgres(stack),
                        mongo(stack),
                        elasticsearch(stack),
                        clickHouse(stack),
                        keycloak(stack),
                        data.resolve("logs"),
                        data,
                        stack.keycloak().isPresent() ? "" : "the services, ",
                        stack.settings().existingDatabases().isPresent()
                                ? ""
                                : " PostgreSQL's passwords are in "
                                        + Passwords.file(data.resolve("postgres"))
                                        + ".",
                        tokens(stack));
    }

    private static String kafka(DevStack stack) {
        return row(
                "kafka",
                stack.bootstrapServers(),
                stack.settings().existingKafka().isPresent()
                        ? EXISTING
                        : "Apache Kafka " + stack.target().version("kafka_2.13"));
    }

    private static String postgres(DevStack stack) {
        return stack.settings()
                .existingDatabases()
                .map(existing ->
                        row("postgres", existing.command(), EXISTING)
                                + row("", existing.query(), EXISTING))
                .orElseGet(() ->
                        row(
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
                ? row("mongo", "QUARKUS_MONGODB_CONNECTION_STRING", EXISTING)
                : row(
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
            return row("elasticsearch", "ELASTICSEARCH_URL", EXISTING);
        }
        return stack.elasticsearchUrl().isPresent()
                ? row(
                        "elasticsearch",
                        address(stack.elasticsearch()),
                        "Elasticsearch " + stack.elasticsearchVersion())
                : row(
                        "elasticsearch",
                        "-",
                        reason(stack.withoutElasticsearch(), "is off") + "; search answers 503");
    }

    /// Nothing when statistics are kept in PostgreSQL.
    private static String clickHouse(DevStack stack) {
        if (stack.settings().existingClickHouse().isPresent()) {
            return row("clickhouse", "CLICKHOUSE_URL", EXISTING);
        }
        if (stack.settings().clickHousePort().isEmpty()) {
            return "";
        }
        return stack.clickHouseUrl().isPresent()
                ? row(
                        "clickhouse",
                        address(stack.clickHouse()),
                        "ClickHouse's engine (%s) behind a small front, one query at a time"
                                .formatted(ClickHousePrograms.ENGINE))
                : row(
                        "clickhouse",
                        "-",
                        reason(stack.withoutClickHouse(), "") + "; statistics answer 503");
    }

    private static String keycloak(DevStack stack) {
        return stack.keycloak()
                .map(server ->
                        row(
                                "keycloak",
                                server.uri(),
                                "Keycloak %s, users %s; %s administers it"
                                        .formatted(
                                                KeycloakPrograms.VERSION,
                                                String.join(", ", KeycloakServer.USERS),
                                                KeycloakServer.ADMINISTRATOR)))
                .orElse("");
    }

    private static String tokens(DevStack stack) {
        return stack.keycloak()
                .map(server ->
                        """
                          Keycloak's passwords are in %s. This gets a token of %s:

                        %s

                        """
                                .formatted(
                                        server.passwordFile(),
                                        KeycloakServer.USERS.getFirst(),
                                        server.tokenCommand(KeycloakServer.USERS.getFirst())))
                .orElse("");
    }

    private static String row(String server, Object address, String what) {
        return "  %-14s %-28s %s%n".formatted(server, address, what);
    }

    private static String reason(Optional<DevStackFailure> why, String otherwise) {
        return why.map(failure -> failure.getMessage().lines().findFirst().orElseThrow())
                .orElse(otherwise);
    }

    private static String address(ServerProcess server) {
        return "127.0.0.1:" + server.port();
    }
}
