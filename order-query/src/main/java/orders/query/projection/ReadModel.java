package orders.query.projection;

import io.smallrye.mutiny.Uni;
import java.util.List;
import orders.model.ConsistencyToken;

/// What the engine needs of a read model. Adding one is a folder in `readmodel` that has this, and
/// a channel of its name.
public interface ReadModel {

    /// Name of the projection, its channel and its consumer group.
    String name();

    /// What keeps it, for people: `PostgreSQL`.
    String store();

    /// How far it has come: where it goes on, after a restart too.
    Uni<List<Checkpoint>> checkpoints();

    /// Brings the rows of `batch` up to date and then, or in the same transaction, its checkpoints.
    ///
    /// Applying a batch again changes nothing. It leaves every order that it touches with the
    /// newest customer that this read model knows, whatever other instances apply at the same time.
    /// Fails with [PoisonEvent] when an event cannot be applied.
    Uni<Void> apply(Batch batch);

    /// The version that it shows of what `token` names, 0 when it shows none.
    Uni<Long> versionOf(ConsistencyToken token);
}
