package orders.query.api;

import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.regex.Pattern;
import orders.model.ConsistencyToken.Kind;
import orders.query.consistency.ConsistencySettings;
import orders.query.consistency.ReadYourWrites;
import orders.query.consistency.RequiredVersion;
import orders.query.projection.Projection;
import orders.query.projection.Projections;
import orders.query.readmodel.details.OrderDetail;
import orders.query.readmodel.details.OrderDetails;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;

/// One order, from `order-details`.
@Path("/orders/{orderId}")
@Produces(MediaType.APPLICATION_JSON)
public class OrderResource {

    private static final Pattern WEAK = Pattern.compile("\\s*(W/)?(\"[^\"]*\"|\\*)\\s*");

    private final OrderDetails details;
    private final Projection projection;
    private final ReadYourWrites readYourWrites;
    private final ConsistencySettings settings;

    OrderResource(
            OrderDetails details,
            Projections projections,
            ReadYourWrites readYourWrites,
            ConsistencySettings settings) {
        this.details = details;
        this.projection = projections.get(OrderDetails.NAME);
        this.readYourWrites = readYourWrites;
        this.settings = settings;
    }

    /// The whole of an order.
    @GET
    public Uni<RestResponse<DetailAnswer>> get(@RestPath String orderId, RoutingContext request) {
        Parameters parameters = new Parameters(request, "minVersion");
        parameters.inPath("orderId", orderId);
        RequiredVersion wish = parameters.wish(settings, parameters.minVersion(orderId));
        parameters.done();
        return readYourWrites
                .fulfil(wish, projection)
                .chain(isFulfilled ->
                        find(orderId)
                                .chain(view ->
                                        projection
                                                .isParked(orderId)
                                                .map(isParked ->
                                                        answer(
                                                                view,
                                                                wish,
                                                                isParked || !isFulfilled,
                                                                request))));
    }

    /// What this instance may miss, another may have applied: it looks once how far the read model
    /// has come, and reads again.
    private Uni<OrderDetail> find(String orderId) {
        return read(orderId)
                .chain(view ->
                        mayMiss(view)
                                ? projection.look().chain(() -> read(orderId))
                                : Uni.createFrom().item(view));
    }

    private Uni<OrderDetail> read(String orderId) {
        return details.find(orderId).onItem().ifNull().failWith(QueryFailure.OrderNotFound::new);
    }

    private boolean mayMiss(OrderDetail view) {
        return projection.mayMiss(Kind.ORDER, view.orderId())
                || projection.mayMiss(Kind.CUSTOMER, view.customer().customerId());
    }

    private RestResponse<DetailAnswer> answer(
            OrderDetail view, RequiredVersion wish, boolean isBehindWish, RoutingContext request) {
        boolean stale =
                isBehindWish
                        || wish.isBeyond(
                                Kind.CUSTOMER, view.customer().customerId(), view.customerVersion())
                        || projection.hasInHand(Kind.ORDER, view.orderId(), view.version())
                        || projection.hasInHand(
                                Kind.CUSTOMER, view.customer().customerId(), view.customerVersion())
                        || mayMiss(view);
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
        return WEAK.matcher(header)
                .results()
                .map(tag -> tag.group(2))
                .anyMatch(tag -> tag.equals(etag) || tag.equals("*"));
    }

    private static Instant newest(OrderDetail view) {
        return view.customerAt() != null && view.customerAt().isAfter(view.updatedAt())
                ? view.customerAt()
                : view.updatedAt();
    }
}
