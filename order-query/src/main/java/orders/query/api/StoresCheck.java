package orders.query.api;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import orders.query.projection.Projections;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Ready as long as any store answers: while the others are away their endpoints answer 503, and no
/// more than that is out of service.
@Readiness
@ApplicationScoped
class StoresCheck implements AsyncHealthCheck {

    private final Projections projections;

    StoresCheck(Projections projections) {
        this.projections = projections;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return projections
                .isAnyStoreReached()
                .map(isReached -> HealthCheckResponse.named("stores").status(isReached).build());
    }
}
