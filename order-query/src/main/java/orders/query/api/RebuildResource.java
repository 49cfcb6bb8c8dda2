package orders.query.api;

import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import orders.http.access.Roles;
import orders.query.projection.Projections;
import orders.query.rebuild.Rebuilds;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;

/// Rebuilding a projection.
@Path("/projections")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.PROJECTIONS_ADMIN)
public class RebuildResource {

    private final Projections projections;
    private final Rebuilds rebuilds;

    RebuildResource(Projections projections, Rebuilds rebuilds) {
        this.projections = projections;
        this.rebuilds = rebuilds;
    }

    /// Begins to build the next generation.
    @POST
    @Path("/{name}/rebuild")
    public Uni<RestResponse<Void>> rebuild(@RestPath String name, RoutingContext request) {
        Parameters.refuseAny(request);
        return rebuilds.announce(ProjectionResource.find(projections, name))
                .map(isBegun -> {
                    if (!isBegun) {
                        throw new QueryFailure.RebuildInProgress();
                    }
                    return accepted(name);
                });
    }

    /// Gives up the generation that is being built.
    @DELETE
    @Path("/{name}/rebuild")
    public Uni<RestResponse<Void>> cancel(@RestPath String name, RoutingContext request) {
        Parameters.refuseAny(request);
        return rebuilds.cancel(ProjectionResource.find(projections, name))
                .map(isCancelled -> {
                    if (!isCancelled) {
                        throw new QueryFailure.NotFound("No rebuild is running.");
                    }
                    return accepted(name);
                });
    }

    private static RestResponse<Void> accepted(String name) {
        return ResponseBuilder.<Void>accepted()
                .header("Location", URI.create("/projections/" + name))
                .build();
    }
}
