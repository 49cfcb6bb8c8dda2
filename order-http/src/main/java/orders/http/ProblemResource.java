package orders.http;

import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestPath;

/// What the types of problems mean, for people.
@Path("/problems/{slug}")
@PermitAll
public class ProblemResource {

    /// The page of one type.
    @GET
    @Produces(MediaType.TEXT_PLAIN)
    public String page(@RestPath String slug) {
        ProblemType type = ProblemType.ofSlug(slug).orElseThrow(NotFoundException::new);
        return "%d %s%n%n%s%n".formatted(type.status(), type.title(), type.meaning());
    }
}
