package orders.command.api;

import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import orders.command.handling.CustomerCommandHandler;
import orders.model.CustomerEvent.Customer;
import orders.model.CustomerId;
import org.jboss.resteasy.reactive.RestPath;

/// The command to customers.
@Path("/customers/{customerId}")
@Produces(MediaType.APPLICATION_JSON)
public class CustomerResource {

    private final CustomerCommandHandler handler;

    CustomerResource(CustomerCommandHandler handler) {
        this.handler = handler;
    }

    /// Registers or changes a customer.
    @PUT
    public Uni<Response> put(@RestPath String customerId, byte[] body, RoutingContext request) {
        CustomerId id = Calls.inPath("customerId", customerId, Rule.CUSTOMER_ID);
        Customer customer = Requests.customer(Calls.json(body, request));
        return handler.put(id, customer, Calls.now(), Correlation.causeOf(request))
                .map(accepted -> Answers.accepted(id, accepted));
    }
}
