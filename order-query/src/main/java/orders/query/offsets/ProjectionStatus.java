package orders.query.offsets;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// How far a projection has come, as the offset store has it.
///
/// @param live the generation that answers reads
/// @param shapeVersion of that generation
/// @param isReplaying whether events that it had shown before its store lost them are applied again
/// @param deadLetters events that are parked, held ones included
public record ProjectionStatus(
        Generation live,
        int shapeVersion,
        List<Checkpoint> checkpoints,
        boolean isReplaying,
        long deadLetters,
        Optional<Building> building) {

    public ProjectionStatus {
        checkpoints = List.copyOf(checkpoints);
    }

    /// Time of the newest event that is applied, if any.
    public Optional<Instant> lastEventAt() {
        return checkpoints.stream()
                .flatMap(each -> each.lastEventAt().stream())
                .max(Comparator.naturalOrder());
    }

    /// Whether rows beside which `marker` lies show all that the checkpoints say: those of the live
    /// generation, and those of the next one while it is switched in, when it has caught up and
    /// nobody writes.
    public boolean isShownBy(String marker) {
        return live.marker().equals(marker)
                || building.filter(Building::isFenced)
                        .filter(next -> next.generation().marker().equals(marker))
                        .isPresent();
    }

    /// A generation that is being built.
    ///
    /// @param builder instance that holds the lease to build it, if any does
    /// @param heartbeat grows as long as the builder lives
    /// @param isFenced whether writes to the live generation wait for the switch
    public record Building(
            Generation generation,
            int shapeVersion,
            Optional<String> builder,
            long heartbeat,
            boolean isFenced,
            Instant startedAt,
            List<Checkpoint> checkpoints) {

        public Building {
            checkpoints = List.copyOf(checkpoints);
        }
    }
}
