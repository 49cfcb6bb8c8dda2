package orders.query.projection;

import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.Set;
import orders.query.projection.EventRecord.Position;
import org.apache.kafka.common.TopicPartition;

/// The books of one projection, kept in the store that keeps its rows: generations, checkpoints and
/// dead letters. Rows are written together with them, by [ReadModel#write].
public interface Ledger {

    /// How the projection stands; begins the books when there are none.
    Uni<ProjectionStatus> standing();

    /// Which of these orders have dead letters in a generation.
    Uni<Set<String>> parked(long generation, Set<String> orderIds);

    /// Begins a rebuild: a new generation with this shape is to be built. False when one is being
    /// built already.
    Uni<Boolean> announce(int shapeVersion);

    /// Gives up the generation that is being built. False when there is none.
    Uni<Boolean> cancel();

    /// Makes `instance` the builder of a generation, or says that it still is. False when somebody
    /// else has said so since `beat`, or the generation is given up.
    Uni<Boolean> lead(long generation, String instance, long beat);

    /// Ends what [#lead] began: somebody else may go on at once, and the live generation is held no
    /// more. Nothing when `instance` does not lead.
    Uni<Void> release(long generation, String instance);

    /// How far the live generation shows events at most, by partition.
    Uni<Map<TopicPartition, Long>> reach();

    /// Lets the live generation wait until the one being built is switched in. Fails with
    /// [orders.query.projection.WriteRefused.StaleGeneration] when it was given up.
    Uni<Void> fence(long generation);

    /// Dead letters of the live generation, oldest first: of each order the one that holds the
    /// others.
    ///
    /// @param limit letters at most
    Uni<List<DeadLetter>> deadLetters(int limit);

    /// Wants the order of a dead letter to be tried again. False when there is no such letter.
    Uni<Boolean> retry(Position position);

    /// Gives up a dead letter, in every generation, and wants the rest of its order to be tried
    /// again. False when there is no such letter.
    Uni<Boolean> discard(Position position, String reason);

    /// All dead letters of the orders that are to be tried again, in the order of their partitions.
    ///
    /// @param limit letters at most
    Uni<List<EventRecord>> retries(long generation, int limit);

    /// The events that were given up.
    Uni<Set<Position>> discarded();
}
