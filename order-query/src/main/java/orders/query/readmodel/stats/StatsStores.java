package orders.query.readmodel.stats;

import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/// Picks the store of `daily-order-stats` when the service starts.
@Singleton
class StatsStores {

    @Produces
    @Singleton
    DailyOrderStats chosen(Pool pool) {
        return new PostgresOrderStats(pool);
    }
}
