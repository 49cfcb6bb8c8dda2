package orders.query.readmodel.stats;

import java.util.List;

/// Statistics of a range of days.
///
/// @param marker of the generation whose rows they are computed from; empty when those are lost
public record DailyStatistics(List<Day> days, String marker) {

    public DailyStatistics {
        days = List.copyOf(days);
    }
}
