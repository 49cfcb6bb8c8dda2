package orders.query.projection;

import com.fasterxml.jackson.core.JacksonException;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import orders.query.offsets.PostgresFailures;
import org.apache.kafka.common.KafkaException;

/// Tells an outage of a store, or of Kafka, from every other failure.
public final class StoreOutage {

    private StoreOutage() {}

    /// Whether `failure` comes from a connection that cannot be had or was lost, or from a server
    /// that starts, stops or is full.
    ///
    /// @param ofStore whether a failure is such a one of a certain kind of store
    public static boolean isOne(Throwable failure, Predicate<Throwable> ofStore) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            // A refusal of PostgreSQL is a VertxException too, whatever it refuses.
            if (cause instanceof PgException refused) {
                return PostgresFailures.isOutage(refused);
            }
            if (ofStore.test(cause)
                    || (cause instanceof IOException && !(cause instanceof JacksonException))
                    || cause instanceof VertxException
                    || cause instanceof TimeoutException
                    || cause instanceof KafkaException) {
                return true;
            }
        }
        return false;
    }
}
