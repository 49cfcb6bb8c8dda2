package orders.query.rebuild;

import java.time.Duration;

/// How many events a rebuild applies at once: as many as its store takes half a second for. A store
/// that does one thing after the other has room for the live generation in between.
final class Portion {

    private static final long TIME = Duration.ofMillis(500).toNanos();

    /// Where each batch takes its time, however small, smaller ones would only make it all slower.
    private static final int SMALLEST = 1_000;

    private final int largest;
    private int size;

    /// @param largest what one is at most, however fast the store
    Portion(int largest) {
        this.largest = largest;
        this.size = Math.min(SMALLEST, largest);
    }

    /// Of the next one.
    int size() {
        return size;
    }

    /// Learns from the last one, unless it was smaller than it might have been and says nothing. It
    /// grows at most twofold, so that one of events that cost nothing misleads nobody.
    void took(int events, long nanos) {
        if (events < size && nanos <= TIME) {
            return;
        }
        long inTime = events * TIME / Math.max(1, nanos);
        int most = Math.min(largest, 2 * size);
        size = Math.clamp(inTime, Math.min(SMALLEST, most), most);
    }
}
