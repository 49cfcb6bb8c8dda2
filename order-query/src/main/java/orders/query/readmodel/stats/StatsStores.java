package orders.query.readmodel.stats;

import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import orders.query.offsets.OffsetStore;

/// Picks the store of `daily-order-stats` when the service starts.
@Singleton
class StatsStores {

    @Produces
    @Singleton
    DailyOrderStats chosen(
            StatsSettings settings, Pool pool, OffsetStore offsets, ClickHouse clickHouse) {
        return switch (settings.store()) {
            case POSTGRESQL -> new PostgresOrderStats(pool);
            case CLICKHOUSE -> new ClickHouseOrderStats(offsets, clickHouse);
        };
    }
}
