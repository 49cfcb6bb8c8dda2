package orders.command.api;

import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.UUID;
import java.util.function.BiFunction;
import orders.command.domain.OrderCommand;
import orders.command.handling.Expected.AnyVersion;
import orders.command.handling.OrderCommandHandler;
import orders.model.OrderId;
import org.jboss.resteasy.reactive.RestPath;

/// Commands to orders.
@Path("/orders")
@Produces(MediaType.APPLICATION_JSON)
public class OrderResource {

    private final OrderCommandHandler handler;

    OrderResource(OrderCommandHandler handler) {
        this.handler = handler;
    }

    /// Creates an order.
    @POST
    public Uni<Response> create(byte[] body, RoutingContext request) {
        var asked = Requests.newOrder(Calls.json(body, request), Calls.now());
        OrderId orderId =
                asked.orderId().orElseGet(() -> new OrderId(UUID.randomUUID().toString()));
        return handler.handle(
                        orderId, asked.command(), new AnyVersion(), Correlation.causeOf(request))
                .map(accepted -> Answers.accepted(orderId, accepted));
    }

    /// Adds an item to an order.
    @POST
    @Path("/{orderId}/items")
    public Uni<Response> addItem(@RestPath String orderId, byte[] body, RoutingContext request) {
        return handle(orderId, body, request, Requests::addItem);
    }

    /// Submits an order.
    @POST
    @Path("/{orderId}/submit")
    public Uni<Response> submit(@RestPath String orderId, byte[] body, RoutingContext request) {
        return handle(orderId, body, request, Requests::submit);
    }

    /// Pays an order.
    @POST
    @Path("/{orderId}/payment")
    public Uni<Response> pay(@RestPath String orderId, byte[] body, RoutingContext request) {
        return handle(orderId, body, request, Requests::payment);
    }

    /// Ships an order.
    @POST
    @Path("/{orderId}/ship")
    public Uni<Response> ship(@RestPath String orderId, byte[] body, RoutingContext request) {
        return handle(orderId, body, request, Requests::ship);
    }

    /// Cancels an order.
    @POST
    @Path("/{orderId}/cancel")
    public Uni<Response> cancel(@RestPath String orderId, byte[] body, RoutingContext request) {
        return handle(orderId, body, request, Requests::cancel);
    }

    private Uni<Response> handle(
            String orderIdInPath,
            byte[] body,
            RoutingContext request,
            BiFunction<byte[], Instant, ? extends OrderCommand> read) {
        OrderId orderId = Calls.inPath("orderId", orderIdInPath, Rule.ORDER_ID);
        OrderCommand command = read.apply(Calls.json(body, request), Calls.now());
        return handler.handle(orderId, command, IfMatch.of(request), Correlation.causeOf(request))
                .map(accepted -> Answers.accepted(orderId, accepted));
    }
}
