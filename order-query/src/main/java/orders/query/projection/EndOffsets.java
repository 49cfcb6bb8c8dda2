package orders.query.projection;

import java.util.Optional;

/// What this instance knows of the topics' ends without asking anyone.
@FunctionalInterface
interface EndOffsets {

    /// The newest ends that are known; empty until Kafka has answered once.
    Optional<TopicEndOffsets> known();
}
