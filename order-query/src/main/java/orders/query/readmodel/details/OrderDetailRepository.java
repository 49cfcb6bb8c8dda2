package orders.query.readmodel.details;

import io.quarkus.mongodb.panache.reactive.ReactivePanacheMongoRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;

/// Details by order id.
@ApplicationScoped
public class OrderDetailRepository
        implements ReactivePanacheMongoRepositoryBase<OrderDetail, String> {}
