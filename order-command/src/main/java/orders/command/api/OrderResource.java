package orders.command.api;

import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import orders.command.domain.OrderCommand;
import orders.command.handling.Expected.AnyVersion;
import orders.command.handling.OrderCommandHandler;
import orders.http.RequestBody;
import orders.http.access.Caller;
import orders.http.access.Roles;
import orders.model.OrderId;
import org.jboss.resteasy.reactive.RestPath;

/// Commands to orders.
@Path("/orders")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.ORDERS_WRITE)
public class OrderResource {

    private final OrderCommandHandler handler;
    private final IdempotencyFilter retries;

    OrderResource(OrderCommandHandler handler, IdempotencyFilter retries) {
        this.handler = handler;
        this.retries = retries;
    }

    /// Creates an order.
    @POST
    public Uni<Response> create(RoutingContext request) {
        return retries.accept(
                        request,
                        key -> {
                            var asked =
                                    Requests.newOrder(
                                            RequestBody.json(request), RequestReader.now());
                            Caller.of(request)
                                    .requireCustomer(asked.command().customerId().value());
                            return handler.handle(
                                    asked.orderId().orElseGet(OrderResource::newId),
                                    asked.command(),
                                    new AnyVersion(),
                                    Optional.empty(),
                                    key,
                                    RequestReader.causeOf(request));
                        })
                .map(Responses::order);
    }

    /// Adds an item to an order.
    @POST
    @Path("/{orderId}/items")
    public Uni<Response> addItem(@RestPath String orderId, RoutingContext request) {
        return handle(orderId, request, Requests::addItem);
    }

    /// Submits an order.
    @POST
    @Path("/{orderId}/submit")
    public Uni<Response> submit(@RestPath String orderId, RoutingContext request) {
        return handle(orderId, request, Requests::submit);
    }

    /// Pays an order.
    @POST
    @Path("/{orderId}/payment")
    public Uni<Response> pay(@RestPath String orderId, RoutingContext request) {
        return handle(orderId, request, Requests::payment);
    }

    /// Ships an order, which the shop does and no customer.
    @POST
    @Path("/{orderId}/ship")
    public Uni<Response> ship(@RestPath String orderId, RoutingContext request) {
        Caller.of(request).requireStaff();
        return handle(orderId, request, Requests::ship);
    }

    /// Cancels an order.
    @POST
    @Path("/{orderId}/cancel")
    public Uni<Response> cancel(@RestPath String orderId, RoutingContext request) {
        return handle(orderId, request, Requests::cancel);
    }

    private Uni<Response> handle(
            String orderIdInPath,
            RoutingContext request,
            BiFunction<byte[], Instant, ? extends OrderCommand> read) {
        return retries.accept(
                        request,
                        key ->
                                handler.handle(
                                        RequestReader.inPath(
                                                "orderId", orderIdInPath, Rules.ORDER_ID),
                                        read.apply(RequestBody.json(request), RequestReader.now()),
                                        IfMatch.of(request),
                                        Caller.of(request).onlyCustomer(),
                                        key,
                                        RequestReader.causeOf(request)))
                .map(Responses::order);
    }

    private static OrderId newId() {
        return new OrderId(UUID.randomUUID().toString());
    }
}
