package orders.query.projection;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// All projections of this instance, by name.
@Singleton
public class Projections {

    private final Map<String, Projection> projections;

    Projections(@All List<ReadModel> readModels, MeterRegistry metrics) {
        this.projections =
                readModels.stream()
                        .map(readModel -> new Projection(readModel, metrics))
                        .collect(
                                Collectors.toMap(
                                        projection -> projection.readModel().name(),
                                        Function.identity()));
    }

    /// The projection of this name, if there is one.
    public Optional<Projection> find(String name) {
        return Optional.ofNullable(projections.get(name));
    }

    /// The projection of this name.
    ///
    /// @throws java.util.NoSuchElementException when there is none: a channel without a read model
    public Projection get(String name) {
        return find(name).orElseThrow();
    }
}
