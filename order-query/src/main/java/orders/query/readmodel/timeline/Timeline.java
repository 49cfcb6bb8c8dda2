package orders.query.readmodel.timeline;

import java.util.List;

/// The events of one order that are shown.
///
/// @param events in the order of their versions, without those that were discarded
/// @param version the last one, discarded or not; 0 when there is none
/// @param marker of the generation that they are from
public record Timeline(List<TimelineEvent> events, long version, String marker) {}
