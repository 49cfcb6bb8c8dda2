package orders.query.readmodel.stats;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import orders.query.projection.Checkpoint;

/// Statistics of a range of days.
///
/// @param shown how far the read model had come at least when they were read
public record DailyStatistics(List<Day> days, List<Checkpoint> shown) {

    public DailyStatistics {
        days = List.copyOf(days);
        shown = List.copyOf(shown);
    }

    /// Time of the newest event that the read model shows, if any.
    public Optional<Instant> lastUpdated() {
        return shown.stream()
                .flatMap(each -> each.lastEventAt().stream())
                .max(Comparator.naturalOrder());
    }
}
