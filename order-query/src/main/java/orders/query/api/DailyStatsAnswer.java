package orders.query.api;

import java.time.Instant;
import java.util.List;
import orders.query.readmodel.stats.Day;

/// Statistics, on the wire.
///
/// @param lastUpdated time of the newest event that the read model shows, `null` when there is none
/// @param stale whether the service knows of an event that these statistics do not show
public record DailyStatsAnswer(List<Day> days, Instant lastUpdated, boolean stale) {}
