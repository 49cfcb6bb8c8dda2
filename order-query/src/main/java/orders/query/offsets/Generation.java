package orders.query.offsets;

/// One building of a read model from its events. Numbers grow and are never used twice.
///
/// @param isLive whether reads are answered from it; otherwise it is being built beside
/// @param marker of its data: random, and kept in the offset store and beside the rows. When the
///   two differ, the store of the rows has lost or exchanged them
public record Generation(long number, boolean isLive, String marker) {}
