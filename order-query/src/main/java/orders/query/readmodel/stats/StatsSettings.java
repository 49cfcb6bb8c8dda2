package orders.query.readmodel.stats;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/// Settings of `daily-order-stats`.
@ConfigMapping(prefix = "stats")
public interface StatsSettings {

    /// Where it is kept.
    @WithDefault("postgresql")
    Store store();

    /// A kind of store.
    enum Store {
        POSTGRESQL,
        CLICKHOUSE
    }
}
