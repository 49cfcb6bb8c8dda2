package orders.bench;

/// When things are due that start at a fixed rate.
///
/// @param start in nanoseconds
/// @param rate things a second
record Pace(long start, int rate) {

    private static final long SECOND = 1_000_000_000;

    /// When the thing number `index` is due.
    long due(long index) {
        return start + index * SECOND / rate;
    }

    /// How many are due before `end`.
    long startedBefore(long end) {
        return Math.ceilDiv((end - start) * rate, SECOND);
    }
}
