package orders.query.api;

import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.Optional;
import orders.http.access.Roles;
import orders.query.consistency.ConsistencySettings;
import orders.query.consistency.ConsistentRead;
import orders.query.consistency.RequiredVersion;
import orders.query.projection.Projection;
import orders.query.projection.Projections;
import orders.query.readmodel.summaries.ListQuery;
import orders.query.readmodel.summaries.OrderLists;
import orders.query.readmodel.summaries.OrderPage;
import orders.query.readmodel.summaries.OrderSummaries;
import org.jboss.resteasy.reactive.RestPath;

/// Lists of orders, from `order-summaries`.
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.ORDERS_READ)
public class OrderListResource {

    private final OrderLists lists;
    private final Projection projection;
    private final ConsistentRead reads;
    private final ConsistencySettings settings;

    OrderListResource(
            OrderLists lists,
            Projections projections,
            ConsistentRead reads,
            ConsistencySettings settings) {
        this.lists = lists;
        this.projection = projections.get(OrderSummaries.NAME);
        this.reads = reads;
        this.settings = settings;
    }

    /// A page of all orders, or of those that the filters let through.
    @GET
    @Path("orders")
    public Uni<ListAnswer> all(RoutingContext request) {
        Parameters parameters =
                new Parameters(
                        request, "customerId", "status", "from", "to", "sort", "limit", "cursor");
        return list(parameters, parameters.customerId());
    }

    /// A page of one customer's orders; empty when the customer is unknown.
    @GET
    @Path("customers/{customerId}/orders")
    public Uni<ListAnswer> ofCustomer(@RestPath String customerId, RoutingContext request) {
        Parameters parameters =
                new Parameters(request, "status", "from", "to", "sort", "limit", "cursor");
        return list(parameters, Optional.of(parameters.inPath("customerId", customerId)));
    }

    private Uni<ListAnswer> list(Parameters parameters, Optional<String> customerId) {
        Optional<Instant> from = parameters.time("from");
        Optional<Instant> to = parameters.time("to");
        parameters.requireOrder(from, to);
        Optional<Cursor> cursor = parameters.cursor();
        ListQuery query =
                new ListQuery(
                        parameters.limit(customerId),
                        parameters.status(),
                        from,
                        to,
                        parameters.sort(),
                        parameters.limit(),
                        cursor.map(Cursor::position));
        if (cursor.isPresent() && !cursor.get().belongsTo(query)) {
            parameters.violate("cursor", Cursor.NOT_OURS);
        }
        RequiredVersion required =
                parameters.required(settings, Optional.empty(), parameters.onlyCustomer());
        parameters.done();
        return reads.all(projection, required, () -> lists.list(query), OrderPage::marker)
                .map(answer ->
                        new ListAnswer(
                                answer.value().items(),
                                answer.value()
                                        .next()
                                        .map(position -> Cursor.of(query, position).encode())
                                        .orElse(null),
                                answer.lastUpdated().orElse(null),
                                answer.isStale()));
    }
}
