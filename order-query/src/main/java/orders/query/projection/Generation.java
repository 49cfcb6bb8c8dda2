package orders.query.projection;

/// One building of a read model from its events. Numbers grow and are never used twice, as long as
/// the store keeps its data.
///
/// @param isLive whether reads are answered from it; otherwise it is being built beside
/// @param marker of the data of its store, see [ProjectionStatus#marker]; empty where there is none
public record Generation(long number, boolean isLive, String marker) {

    /// The one that answers reads, in a store without a marker.
    public static Generation live(long number) {
        return new Generation(number, true, "");
    }

    /// One that is being built, in a store without a marker.
    public static Generation building(long number) {
        return new Generation(number, false, "");
    }
}
