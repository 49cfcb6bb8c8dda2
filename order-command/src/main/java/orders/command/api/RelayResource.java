package orders.command.api;

import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import orders.command.handling.CommandFailure;
import orders.command.relay.HeldAggregates;
import orders.command.relay.HeldAggregates.Held;
import orders.command.relay.RelayStatus;
import orders.http.Fields;
import orders.http.RequestBody;
import orders.http.access.Roles;
import orders.model.OrderId;
import org.jboss.resteasy.reactive.RestPath;

/// The relay, for those who operate it.
@Path("/relay")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.PROJECTIONS_ADMIN)
public class RelayResource {

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);

    private final RelayStatus status;
    private final HeldAggregates held;

    RelayResource(RelayStatus status, HeldAggregates held) {
        this.status = status;
        this.held = held;
    }

    /// Who relays, how much waits, and what is held.
    @GET
    public Uni<String> relay() {
        return inTime(status.now()).map(now -> json(now).encode());
    }

    /// Tries the held events of an order (or of a customer with this id) at once.
    @POST
    @Path("/held/{orderId}/retry")
    public Uni<Response> retry(@RestPath String orderId, RoutingContext request) {
        OrderId id = RequestReader.inPath("orderId", orderId, Rules.ORDER_ID);
        Fields.of(RequestBody.json(request)).done();
        return held.retryNow(id.value())
                .map(isHeld -> {
                    if (!isHeld) {
                        throw new NotFoundException();
                    }
                    return Response.accepted().header("Location", "/relay").build();
                });
    }

    private static <T> Uni<T> inTime(Uni<T> answer) {
        return answer.ifNoItem()
                .after(ANSWER_WITHIN)
                .failWith(() -> new CommandFailure.StoreUnavailable(new TimeoutException()));
    }

    private static JsonObject json(RelayStatus.Status now) {
        JsonArray waiting = new JsonArray();
        now.held().forEach(aggregate -> waiting.add(json(aggregate)));
        return new JsonObject()
                .put("instance", now.instance())
                .put("leader", now.leader().orElse(null))
                .put("depth", now.outbox().depth())
                .put("oldestAgeSeconds", now.outbox().oldestAgeSeconds())
                .put("held", waiting)
                .put("rates", new JsonObject().put("publishedPerSecond", now.publishedPerSecond()));
    }

    private static JsonObject json(Held aggregate) {
        return new JsonObject()
                .put(aggregate.type() + "Id", aggregate.id())
                .put("waiting", aggregate.waiting())
                .put("failures", aggregate.failures())
                .put("cause", aggregate.cause())
                .put("since", aggregate.since().toString())
                .put("nextTry", aggregate.nextTry().toString());
    }
}
