package orders.query.api;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.NameBinding;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.Optional;
import orders.http.access.Roles;
import orders.query.api.OrderEvents.Filter;
import orders.query.consistency.ConsistencySettings;
import orders.query.consistency.ConsistentRead;
import orders.query.consistency.RequiredVersion;
import orders.query.projection.Projection;
import orders.query.projection.Projections;
import orders.query.readmodel.summaries.ChangePosition;
import orders.query.readmodel.summaries.OrderSummaries;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/// Changes of orders as Server-Sent Events, each version once.
@Path("/orders/stream")
@Produces(MediaType.SERVER_SENT_EVENTS)
@RolesAllowed(Roles.ORDERS_READ)
public class OrderStreamResource {

    private final OrderEvents events;
    private final Projection projection;
    private final ConsistentRead reads;
    private final ConsistencySettings settings;

    OrderStreamResource(
            OrderEvents events,
            Projections projections,
            ConsistentRead reads,
            ConsistencySettings settings) {
        this.events = events;
        this.projection = projections.get(OrderSummaries.NAME);
        this.reads = reads;
        this.settings = settings;
    }

    /// Lets whoever asks wait, here because a stream cannot fail any more once it is answered.
    @WhenShown
    @ServerRequestFilter
    public Uni<Void> awaitWished(RoutingContext request) {
        return reads.await(Question.of(request, settings).required, projection).replaceWithVoid();
    }

    /// Follows all orders, one, or those of a customer.
    @GET
    @WhenShown
    public Multi<OutboundSseEvent> follow(RoutingContext request, @Context Sse sse) {
        Question question = Question.of(request, settings);
        return events.follow(question.filter, question.last, sse);
    }

    /// What [#follow] would answer, without following.
    @HEAD
    @WhenShown
    public RestResponse<Void> head() {
        return ResponseBuilder.<Void>ok().type(MediaType.SERVER_SENT_EVENTS).build();
    }

    private record Question(
            Filter filter, Optional<ChangePosition> last, RequiredVersion required) {

        static Question of(RoutingContext request, ConsistencySettings settings) {
            Parameters parameters = new Parameters(request, "orderId", "customerId");
            var question =
                    new Question(
                            new Filter(
                                    parameters.orderId(),
                                    parameters.limit(parameters.customerId())),
                            parameters.lastEventId(),
                            parameters.required(
                                    settings, Optional.empty(), parameters.onlyCustomer()));
            parameters.done();
            return question;
        }
    }

    /// Marks what is answered when it shows what is wished.
    @NameBinding
    @Retention(RetentionPolicy.RUNTIME)
    @interface WhenShown {}
}
