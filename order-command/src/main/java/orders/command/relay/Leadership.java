package orders.command.relay;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.pgclient.PgConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgConnectOptions;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.function.Function;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/// One leader a database: who holds a session advisory lock. The others wait for the lock, so the
/// next one leads as soon as the leader's session is gone. A leader that is frozen or cut off is
/// silent, and the database ends a session that is silent for too long.
@ApplicationScoped
class Leadership {

    private static final Logger LOG = Logger.getLogger(Leadership.class);

    /// Any number, the same in every instance.
    static final long LOCK = 7_241_905_163L;

    private static final String LEAD = "select lead_relay($1)";

    private final Vertx vertx;
    private final Instance instance;
    private final WakeUp wakeUp;
    private final PgConnectOptions connection;
    private final Duration silentTimeout;
    private volatile boolean isHeld;

    Leadership(
            Vertx vertx,
            Instance instance,
            WakeUp wakeUp,
            RelaySettings settings,
            @ConfigProperty(name = "quarkus.datasource.reactive.url") String url,
            @ConfigProperty(name = "quarkus.datasource.username") String username,
            @ConfigProperty(name = "quarkus.datasource.password") String password) {
        this.vertx = vertx;
        this.instance = instance;
        this.wakeUp = wakeUp;
        this.silentTimeout = settings.silentLeaderTimeout();
        String timeoutMillis = Long.toString(silentTimeout.toMillis());
        this.connection =
                PgConnectOptions.fromUri(url)
                        .setUser(username)
                        .setPassword(password)
                        .setCachePreparedStatements(true)
                        // Named as Quarkus names its pool, or its metrics would have no name.
                        .setMetricsName("postgresql|relay")
                        .addProperty("application_name", instance.name())
                        .addProperty("idle_session_timeout", timeoutMillis)
                        // For one that is silent in the middle of reading an answer.
                        .addProperty("tcp_user_timeout", timeoutMillis);
    }

    /// Waits for the leadership, then does `work` on the connection that holds it. Ends when `work`
    /// or the connection does.
    Uni<Void> whileLeading(Function<PgConnection, Uni<Void>> work) {
        return PgConnection.connect(vertx, connection)
                .invoke(own ->
                        own.exceptionHandler(
                                lost -> LOG.debugf(lost, "The relay's connection is lost")))
                .chain(own ->
                        awaitLock(own)
                                .chain(() -> wakeUp.listen(own))
                                .invoke(() -> {
                                    isHeld = true;
                                    LOG.infof("%s relays the outbox", instance.name());
                                })
                                .chain(() ->
                                        Uni.join()
                                                .first(work.apply(own), keepAlive(own))
                                                .toTerminate())
                                .onTermination()
                                .call(() -> {
                                    isHeld = false;
                                    return own.close();
                                }));
    }

    /// Whether this instance leads.
    boolean isHeld() {
        return isHeld;
    }

    private static Uni<Void> awaitLock(PgConnection own) {
        return own.preparedQuery(LEAD)
                .execute(Tuple.of(LOCK))
                .map(rows -> rows.iterator().next().getBoolean(0))
                .repeat()
                .until(leads -> leads)
                .collect()
                .last()
                .replaceWithVoid();
    }

    /// Ends, with a failure, only when the database no longer answers.
    private Uni<Void> keepAlive(PgConnection own) {
        return Multi.createFrom()
                .ticks()
                .every(silentTimeout.dividedBy(5))
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(
                        _ -> own.query("select 1").execute().ifNoItem().after(silentTimeout).fail())
                .onItem()
                .ignoreAsUni();
    }
}
