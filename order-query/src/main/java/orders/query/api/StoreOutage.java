package orders.query.api;

import com.mongodb.MongoClientException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoTimeoutException;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import orders.query.readmodel.search.ElasticFailure;
import orders.query.readmodel.stats.ClickHouseFailure;
import org.apache.kafka.common.KafkaException;

/// Tells an outage of a store, or of Kafka, from every other failure.
final class StoreOutage {

    private StoreOutage() {}

    /// Whether `failure` comes from a connection that cannot be had or was lost, or from a server
    /// that starts, stops or is full.
    static boolean isOne(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            // A refusal of PostgreSQL is a VertxException too, whatever it refuses.
            if (cause instanceof PgException refused) {
                return isOutage(refused.getSqlState());
            }
            if (cause instanceof IOException
                    || ElasticFailure.isOutage(cause)
                    || ClickHouseFailure.isOutage(cause)
                    || cause instanceof VertxException
                    || cause instanceof TimeoutException
                    || cause instanceof KafkaException
                    || cause instanceof MongoSocketException
                    || cause instanceof MongoTimeoutException
                    || cause instanceof MongoClientException) {
                return true;
            }
        }
        return false;
    }

    /// SQL states 08 (connection), 28 and 3D (refused at the door), 53 (no resources), 57P0x
    /// (operator intervention); PostgreSQL, Appendix A.
    private static boolean isOutage(String sqlState) {
        return sqlState != null
                && (sqlState.startsWith("08")
                        || sqlState.startsWith("28")
                        || sqlState.startsWith("3D")
                        || sqlState.startsWith("53")
                        || sqlState.startsWith("57P0"));
    }
}
