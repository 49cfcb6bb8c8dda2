package orders.command.api;

import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import orders.command.handling.CustomerCommandHandler;
import orders.http.RequestBody;
import orders.http.access.Caller;
import orders.http.access.Roles;
import org.jboss.resteasy.reactive.RestPath;

/// The command to customers.
@Path("/customers/{customerId}")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.ORDERS_WRITE)
public class CustomerResource {

    private final CustomerCommandHandler handler;
    private final IdempotencyFilter retries;

    CustomerResource(CustomerCommandHandler handler, IdempotencyFilter retries) {
        this.handler = handler;
        this.retries = retries;
    }

    /// Registers or changes a customer.
    @PUT
    public Uni<Response> put(@RestPath String customerId, RoutingContext request) {
        return retries.accept(
                        request,
                        key -> {
                            Caller.of(request).requireCustomer(customerId);
                            return handler.put(
                                    RequestReader.inPath(
                                            "customerId", customerId, Rules.CUSTOMER_ID),
                                    Requests.customer(RequestBody.json(request)),
                                    RequestReader.now(),
                                    key,
                                    RequestReader.causeOf(request));
                        })
                .map(Responses::customer);
    }
}
