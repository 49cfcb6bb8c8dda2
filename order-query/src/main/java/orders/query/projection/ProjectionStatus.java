package orders.query.projection;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// How a projection stands, as its store says.
///
/// @param marker changes when the store has lost its data, checkpoints too: then everything is
///   projected again. Empty in stores that keep checkpoints and rows in one transaction log
/// @param generation number of the one that answers reads
/// @param shapeVersion of that generation
/// @param deadLetters events that are parked, held ones included
public record ProjectionStatus(
        String marker,
        long generation,
        int shapeVersion,
        List<Checkpoint> checkpoints,
        long deadLetters,
        Optional<Building> building) {

    /// The generation that answers reads.
    public Generation live() {
        return new Generation(generation, true, marker);
    }

    /// A generation that is being built.
    public Generation building(long number) {
        return new Generation(number, false, marker);
    }

    /// A generation that is being built.
    ///
    /// @param builder instance that builds it, if any does
    /// @param beat grows as long as the builder lives
    /// @param isFenced whether the live generation waits for the switch
    public record Building(
            long generation,
            int shapeVersion,
            Optional<String> builder,
            long beat,
            boolean isFenced,
            Instant startedAt,
            List<Checkpoint> checkpoints) {}
}
