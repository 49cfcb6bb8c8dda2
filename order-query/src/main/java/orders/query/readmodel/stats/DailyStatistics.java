package orders.query.readmodel.stats;

import java.util.List;

/// Statistics of a range of days.
///
/// @param isComplete whether the rows were there that they are computed from
public record DailyStatistics(List<Day> days, boolean isComplete) {

    public DailyStatistics {
        days = List.copyOf(days);
    }
}
