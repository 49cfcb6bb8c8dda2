package orders.query.readmodel.stats;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import orders.query.offsets.OffsetStore;
import orders.query.projection.ProjectionConsumers;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/// Picks the store of `daily-order-stats` when the service starts, and takes what its channel
/// polls.
@Singleton
class StatsStores {

    private final ProjectionConsumers consumers;

    StatsStores(ProjectionConsumers consumers) {
        this.consumers = consumers;
    }

    @Produces
    @Singleton
    DailyOrderStats chosen(
            StatsSettings settings, Pool pool, OffsetStore offsets, ClickHouse clickHouse) {
        return switch (settings.store()) {
            case POSTGRESQL -> new PostgresOrderStats(pool);
            case CLICKHOUSE -> new ClickHouseOrderStats(offsets, clickHouse);
        };
    }

    /// Whichever store it is.
    @Incoming(DailyOrderStats.NAME)
    Uni<Void> project(ConsumerRecords<String, byte[]> polled) {
        return consumers.consume(DailyOrderStats.NAME, polled);
    }
}
