package orders.query.api;

import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import orders.http.access.Roles;
import orders.model.ConsistencyToken.Kind;
import orders.query.consistency.ConsistencySettings;
import orders.query.consistency.ConsistentRead;
import orders.query.consistency.ConsistentRead.ShownVersion;
import orders.query.consistency.RequiredVersion;
import orders.query.projection.Projection;
import orders.query.projection.Projections;
import orders.query.readmodel.details.OrderDetail;
import orders.query.readmodel.details.OrderDetails;
import orders.query.readmodel.details.OrderDetails.Found;
import orders.query.readmodel.timeline.OrderTimeline;
import orders.query.readmodel.timeline.Timeline;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;

/// One order, from `order-details`, and its events, from `order-timeline`.
@Path("/orders/{orderId}")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.ORDERS_READ)
public class OrderResource {

    private static final Pattern TAG = Pattern.compile("\"[^\"]*\"");

    private final OrderDetails details;
    private final OrderTimeline timelines;
    private final Projection detailsProjection;
    private final Projection timelineProjection;
    private final ConsistentRead reads;
    private final ConsistencySettings settings;

    OrderResource(
            OrderDetails details,
            OrderTimeline timelines,
            Projections projections,
            ConsistentRead reads,
            ConsistencySettings settings) {
        this.details = details;
        this.timelines = timelines;
        this.detailsProjection = projections.get(OrderDetails.NAME);
        this.timelineProjection = projections.get(OrderTimeline.NAME);
        this.reads = reads;
        this.settings = settings;
    }

    /// The whole of an order.
    @GET
    public Uni<RestResponse<DetailAnswer>> get(@RestPath String orderId, RoutingContext request) {
        Parameters parameters = new Parameters(request, "minVersion");
        parameters.inPath("orderId", orderId);
        RequiredVersion required =
                parameters.required(
                        settings, parameters.minVersion(orderId), parameters.onlyCustomer());
        parameters.done();
        return reads.one(
                        orderId,
                        detailsProjection,
                        required,
                        () -> details.find(orderId, required.onlyCustomer()),
                        found -> shown(orderId, found.orders().get(orderId)),
                        Found::marker)
                .map(answer ->
                        respond(
                                Optional.ofNullable(answer.value().orders().get(orderId))
                                        .orElseThrow(QueryFailure.OrderNotFound::new),
                                answer.isStale(),
                                request));
    }

    /// Every event of an order, oldest first.
    @GET
    @Path("/events")
    public Uni<TimelineAnswer> events(@RestPath String orderId, RoutingContext request) {
        Parameters parameters = new Parameters(request);
        parameters.inPath("orderId", orderId);
        RequiredVersion required =
                parameters.required(settings, Optional.empty(), parameters.onlyCustomer());
        parameters.done();
        return reads.one(
                        orderId,
                        timelineProjection,
                        required,
                        () -> timelines.find(orderId, required.onlyCustomer()),
                        found -> List.of(new ShownVersion(Kind.ORDER, orderId, found.version())),
                        Timeline::marker)
                .map(answer -> {
                    if (answer.value().version() == 0) {
                        throw new QueryFailure.OrderNotFound();
                    }
                    return TimelineAnswer.of(answer.value(), answer.isStale());
                });
    }

    /// @param view `null` when there is no such order
    private static List<ShownVersion> shown(String orderId, OrderDetail view) {
        return view == null
                ? List.of(new ShownVersion(Kind.ORDER, orderId, 0))
                : List.of(
                        new ShownVersion(Kind.ORDER, orderId, view.version()),
                        new ShownVersion(
                                Kind.CUSTOMER,
                                view.customer().customerId(),
                                view.customerVersion()));
    }

    private static RestResponse<DetailAnswer> respond(
            OrderDetail view, boolean stale, RoutingContext request) {
        var answer = new DetailAnswer(view, view.version(), newest(view), stale);
        if (stale) {
            return RestResponse.ok(answer);
        }
        String etag = "\"%d.%d\"".formatted(view.version(), view.customerVersion());
        return (isKnown(etag, request)
                        ? ResponseBuilder.<DetailAnswer>notModified()
                        : ResponseBuilder.ok(answer))
                .header("ETag", etag)
                .build();
    }

    private static boolean isKnown(String etag, RoutingContext request) {
        String header =
                String.join(",", request.request().headers().getAll(HttpHeaders.IF_NONE_MATCH));
        return header.strip().equals("*")
                || TAG.matcher(header).results().anyMatch(tag -> tag.group().equals(etag));
    }

    private static Instant newest(OrderDetail view) {
        return view.customerAt() != null && view.customerAt().isAfter(view.updatedAt())
                ? view.customerAt()
                : view.updatedAt();
    }
}
