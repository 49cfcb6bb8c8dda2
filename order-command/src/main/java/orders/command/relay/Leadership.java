package orders.command.relay;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.pgclient.PgConnection;
import io.vertx.pgclient.PgConnectOptions;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Function;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/// One leader a database: who holds a session advisory lock. The others wait for the lock, so the
/// next one leads as soon as the leader's connection is gone.
@ApplicationScoped
class Leadership {

    private static final Logger LOG = Logger.getLogger(Leadership.class);

    /// Any number, the same in every instance.
    private static final String LOCK = "select pg_advisory_lock(7241905163)";

    private final Vertx vertx;
    private final PgConnectOptions database;

    Leadership(
            Vertx vertx,
            @ConfigProperty(name = "quarkus.datasource.reactive.url") String url,
            @ConfigProperty(name = "quarkus.datasource.username") String username,
            @ConfigProperty(name = "quarkus.datasource.password") String password) {
        this.vertx = vertx;
        this.database =
                PgConnectOptions.fromUri(url)
                        .setUser(username)
                        .setPassword(password)
                        .setCachePreparedStatements(true);
    }

    /// Waits for the leadership, then does `work` on the connection that holds it. Ends when `work`
    /// or the connection does.
    Uni<Void> whileLeading(Function<PgConnection, Uni<Void>> work) {
        return PgConnection.connect(vertx, database)
                .chain(connection ->
                        connection
                                .query(LOCK)
                                .execute()
                                .invoke(() -> LOG.info("This instance relays the outbox"))
                                .chain(() -> work.apply(connection))
                                .onTermination()
                                .call(connection::close));
    }
}
