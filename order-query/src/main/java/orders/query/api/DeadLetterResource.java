package orders.query.api;

import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orders.http.Rule;
import orders.http.access.Roles;
import orders.query.consistency.ConsistencySettings;
import orders.query.consistency.ConsistentRead;
import orders.query.consistency.RequiredVersion;
import orders.query.offsets.EventRecord.Position;
import orders.query.offsets.OffsetStore;
import orders.query.projection.Projection;
import orders.query.projection.Projections;
import org.apache.kafka.common.TopicPartition;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;

/// Events that could not be applied: what they are, and what is to become of them. The instance
/// that runs their partition does it, soon after.
@Path("/projections")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.PROJECTIONS_ADMIN)
public class DeadLetterResource {

    private static final int MOST = 1_000;
    private static final int LONGEST_REASON = 500;

    /// What [Position#toString] writes.
    private static final Pattern ID = Pattern.compile("([a-z-]{1,40})-([0-9]{1,6})-([0-9]{1,18})");

    private final Projections projections;
    private final OffsetStore offsets;
    private final ConsistentRead reads;
    private final ConsistencySettings settings;

    DeadLetterResource(
            Projections projections,
            OffsetStore offsets,
            ConsistentRead reads,
            ConsistencySettings settings) {
        this.projections = projections;
        this.offsets = offsets;
        this.reads = reads;
        this.settings = settings;
    }

    /// The oldest thousand; of each order the one that holds the others.
    @GET
    @Path("/{name}/dead-letters")
    public Uni<DeadLetterAnswer.All> all(@RestPath String name, RoutingContext request) {
        Parameters parameters = new Parameters(request);
        RequiredVersion required =
                parameters.required(settings, Optional.empty(), Optional.empty());
        parameters.done();
        Projection projection = find(name);
        return reads.await(required, projection)
                .chain(() ->
                        offsets.deadLetters().oldest(projection.readModel().offsetsName(), MOST))
                .map(letters ->
                        new DeadLetterAnswer.All(
                                letters.stream().map(DeadLetterAnswer::of).toList()));
    }

    /// Wants it to be tried again, with all that it holds.
    @POST
    @Path("/{name}/dead-letters/{id}/retry")
    public Uni<RestResponse<Void>> retry(
            @RestPath String name, @RestPath String id, RoutingContext request) {
        Parameters.refuseAny(request);
        return offsets.deadLetters()
                .retry(find(name).readModel().offsetsName(), position(id))
                .map(isThere -> accepted(isThere, name));
    }

    /// Gives it up, for good; what it holds is tried again.
    @POST
    @Path("/{name}/dead-letters/{id}/discard")
    public Uni<RestResponse<Void>> discard(
            @RestPath String name, @RestPath String id, RoutingContext request) {
        Parameters parameters = new Parameters(request);
        Optional<String> reason =
                parameters.body("reason").required("reason", Rule.text(1, LONGEST_REASON));
        parameters.done();
        return offsets.deadLetters()
                .discard(find(name).readModel().offsetsName(), position(id), reason.orElseThrow())
                .map(isThere -> accepted(isThere, name));
    }

    private Projection find(String name) {
        return ProjectionResource.find(projections, name);
    }

    private static Position position(String id) {
        Matcher parts = ID.matcher(id);
        if (!parts.matches()) {
            throw new QueryFailure.NotFound("There is no such dead letter.");
        }
        return new Position(
                new TopicPartition(parts.group(1), Integer.parseInt(parts.group(2))),
                Long.parseLong(parts.group(3)));
    }

    private static RestResponse<Void> accepted(boolean isThere, String name) {
        if (!isThere) {
            throw new QueryFailure.NotFound("There is no such dead letter.");
        }
        return ResponseBuilder.<Void>accepted()
                .header("Location", URI.create("/projections/" + name + "/dead-letters"))
                .build();
    }
}
