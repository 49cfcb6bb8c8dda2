package orders.query.projection;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import orders.model.ConsistencyToken;
import orders.query.offsets.Generation;
import orders.query.offsets.ProjectionStatus;

/// What the engine needs of a read model. Adding one is a folder in `readmodel` that has this.
///
/// @param <V> a view of one order
public interface ReadModel<V> {

    /// Name of the projection, its channel and its consumer group.
    String name();

    /// Its name in the offset store: another one when the same projection can be kept in several
    /// stores, each with offsets of its own.
    default String offsetsName() {
        return name();
    }

    /// What keeps it, for people: `PostgreSQL`.
    String store();

    /// What has to be set before it can be kept, for people; empty when it can. Until then nothing
    /// else of it is asked but its names, and this service does without it.
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

    /// The views of these orders: of the first at least, and of those after it until they take some
    /// megabytes. Fails with [orders.query.offsets.WriteRefused.StaleGeneration] when the data of
    /// `generation` are not there, or have another marker.
    Uni<Views<V>> read(Generation generation, List<String> orderIds);

    /// Writes rows and customers: in `transaction`, which writes the checkpoints after them, when
    /// they are in the same database, and before it ends otherwise.
    ///
    /// Writing again changes nothing, and an older version never replaces a newer one. Every order
    /// that it touches is left with the newest customer that the generation knows, whatever other
    /// instances write at the same time. Fails with [orders.query.offsets.WriteRefused] when it may
    /// not be written.
    Uni<Void> write(SqlConnection transaction, Generation generation, Changes<V> changes);

    /// Told on this instance when what it wrote to the live generation is committed.
    default void wrote() {}

    /// Whether `failure` is one of this kind of store that lies in the server or the way to it, and
    /// not in what was read or written: the same may succeed later.
    default boolean isOutage(Throwable failure) {
        return false;
    }

    /// Whether rows and checkpoints change in one transaction. Otherwise rows may be ahead of the
    /// checkpoint when a batch was cut off.
    boolean isTransactional();

    /// The marker that is kept beside the rows of a live generation or of one that is being built;
    /// empty when there is none.
    Uni<String> marker(Generation generation);

    /// Makes room for a generation and leaves its marker there. What is there already stays.
    Uni<Void> create(Generation generation);

    /// Makes a generation that is built ready to answer reads.
    Uni<Void> finish(Generation generation);

    /// Lets a generation that was built answer all reads from now on, and finishes that when it was
    /// cut off before. `transaction` makes it the live one in the offset store afterwards; nobody
    /// writes to either meanwhile.
    Uni<Void> switchTo(SqlConnection transaction, Generation generation);

    /// Drops what is left of generations that `status` does not name.
    Uni<Void> dropLeftovers(ProjectionStatus status);

    /// The live version of what `token` names, 0 when it shows none.
    ///
    /// @param onlyCustomer whose an order must be: of all others it shows none
    Uni<Long> versionOf(ConsistencyToken token, Optional<String> onlyCustomer);
}
