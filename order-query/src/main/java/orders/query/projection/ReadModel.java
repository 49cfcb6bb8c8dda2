package orders.query.projection;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import orders.model.ConsistencyToken;

/// What the engine needs of a read model. Adding one is a folder in `readmodel` that has this.
///
/// @param <V> a view of one order
public interface ReadModel<V> {

    /// Name of the projection and its consumer group.
    String name();

    /// What keeps it, for people: `PostgreSQL`.
    String store();

    /// What has to be set before it can be kept, for people; empty when it can. Until then nothing
    /// else of it is asked but its name, and this service does without it.
    default Optional<String> missingSetting() {
        return Optional.empty();
    }

    /// The time from the beginning of a batch of the live generation to that of the next at least:
    /// what comes meanwhile is written together. Where a batch costs much and nobody looks every
    /// moment, it makes room for others.
    default Duration minimumBatchInterval() {
        return Duration.ZERO;
    }

    /// Version of the shape of its rows: raising it rebuilds the read model at the next deployment.
    int shapeVersion();

    /// How views come from events.
    Evolution<V> evolution();

    /// The books, kept beside the rows.
    Ledger ledger();

    /// The views of these orders, those that are there, by order id.
    Uni<Map<String, V>> read(Generation generation, Set<String> orderIds);

    /// Writes rows, customers and dead letters, and the checkpoints with them or after them.
    ///
    /// Writing again changes nothing, and an older version never replaces a newer one. Every order
    /// that it touches is left with the newest customer that the generation knows, whatever other
    /// instances write at the same time. Fails with [WriteRefused] when it may not be written.
    Uni<Void> write(Generation generation, Changes<V> changes);

    /// Whether `failure` of [#write] lies in what was to be written, and not in the store: then it
    /// will never succeed.
    boolean isRefusal(Throwable failure);

    /// Makes room for a generation that is being built; nothing when there is room already.
    Uni<Void> create(long generation);

    /// Makes a generation that is built ready to answer reads.
    Uni<Void> finish(long generation);

    /// Lets a generation that was built answer all reads from now on and drops the one before; not
    /// as long as that one shows more. True when it is live.
    Uni<Boolean> switchTo(long generation);

    /// Drops what is left of generations that are neither live nor being built.
    Uni<Void> dropLeftovers();

    /// The live version of what `token` names, 0 when it shows none.
    Uni<Long> versionOf(ConsistencyToken token);
}
