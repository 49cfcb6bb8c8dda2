package orders.query.readmodel.details;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import orders.query.projection.Projection;
import orders.query.projection.Projections;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/// Hands what Kafka brings for `order-details` to its projection.
@ApplicationScoped
class OrderDetailsChannel {

    private final Projection projection;

    OrderDetailsChannel(Projections projections) {
        this.projection = projections.get(OrderDetails.NAME);
    }

    @Incoming(OrderDetails.NAME)
    Uni<Void> consume(ConsumerRecords<String, byte[]> records) {
        return projection.consume(records);
    }
}
