package orders.query.readmodel.stats;

import io.smallrye.mutiny.Uni;
import java.time.LocalDate;
import orders.query.projection.Evolution;
import orders.query.projection.ReadModel;

/// Keeps `daily-order-stats`: one row an order. Statistics are computed from the rows when they are
/// read, so an event that comes twice counts once.
public interface DailyOrderStats extends ReadModel<CountedOrder> {

    /// Name of the projection.
    String NAME = "daily-order-stats";

    /// Version of the rows' shape, in every store.
    int SHAPE_VERSION = 1;

    @Override
    default String name() {
        return NAME;
    }

    @Override
    default int shapeVersion() {
        return SHAPE_VERSION;
    }

    @Override
    default Evolution<CountedOrder> evolution() {
        return CountedOrder.EVOLUTION;
    }

    /// The statistics of all days from `from` to `to`, both inclusive.
    Uni<DailyStatistics> statistics(LocalDate from, LocalDate to);
}
