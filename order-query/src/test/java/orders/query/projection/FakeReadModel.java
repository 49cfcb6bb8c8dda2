package orders.query.projection;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import orders.model.ConsistencyToken;

/// A read model in memory that does as its test says.
public final class FakeReadModel implements ReadModel {

    /// What was applied.
    public final List<Batch> applied = new ArrayList<>();

    /// How applying a batch ends.
    public Uni<Void> outcome = Uni.createFrom().voidItem();

    /// What it shows of everything.
    public Uni<Long> version = Uni.createFrom().item(0L);

    /// A projection that keeps it.
    public Projection projection() {
        return new Projection(this, new SimpleMeterRegistry());
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public String store() {
        return "memory";
    }

    @Override
    public Uni<List<Checkpoint>> checkpoints() {
        return Uni.createFrom().item(List.of());
    }

    @Override
    public Uni<Void> apply(Batch batch) {
        return outcome.invoke(() -> applied.add(batch));
    }

    @Override
    public Uni<Long> versionOf(ConsistencyToken token) {
        return version;
    }
}
