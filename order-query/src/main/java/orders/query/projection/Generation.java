package orders.query.projection;

/// One building of a read model from its events. Numbers grow and are never used twice.
///
/// @param isLive whether reads are answered from it; otherwise it is being built beside
public record Generation(long number, boolean isLive) {

    /// The one that answers reads.
    public static Generation live(long number) {
        return new Generation(number, true);
    }

    /// One that is being built.
    public static Generation building(long number) {
        return new Generation(number, false);
    }
}
