package orders.query.readmodel.summaries;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import orders.query.projection.Projection;
import orders.query.projection.Projections;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/// Hands what Kafka brings for `order-summaries` to its projection.
@ApplicationScoped
class OrderSummariesChannel {

    private final Projection projection;

    OrderSummariesChannel(Projections projections) {
        this.projection = projections.get(OrderSummaries.NAME);
    }

    @Incoming(OrderSummaries.NAME)
    Uni<Void> consume(ConsumerRecords<String, byte[]> records) {
        return projection.consume(records);
    }
}
