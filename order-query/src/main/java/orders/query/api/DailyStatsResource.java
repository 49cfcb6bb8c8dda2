package orders.query.api;

import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.LocalDate;
import java.util.Optional;
import orders.http.access.Roles;
import orders.query.consistency.ConsistencySettings;
import orders.query.consistency.ConsistentRead;
import orders.query.consistency.RequiredVersion;
import orders.query.projection.Projection;
import orders.query.projection.Projections;
import orders.query.readmodel.stats.DailyOrderStats;
import orders.query.readmodel.stats.DailyStatistics;

/// Statistics by day and currency, from `daily-order-stats`.
@Path("/stats/daily")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.ORDERS_STAFF)
public class DailyStatsResource {

    private final DailyOrderStats stats;
    private final Projections projections;
    private final ConsistentRead reads;
    private final ConsistencySettings settings;

    DailyStatsResource(
            DailyOrderStats stats,
            Projections projections,
            ConsistentRead reads,
            ConsistencySettings settings) {
        this.stats = stats;
        this.projections = projections;
        this.reads = reads;
        this.settings = settings;
    }

    /// Every day of a range, for every currency that appears in it.
    @GET
    public Uni<DailyStatsAnswer> dailyStats(RoutingContext request) {
        Parameters parameters = new Parameters(request, "from", "to");
        Optional<LocalDate> from = parameters.date("from");
        Optional<LocalDate> to = parameters.date("to");
        parameters.requireDays(from, to);
        RequiredVersion required =
                parameters.required(settings, Optional.empty(), parameters.onlyCustomer());
        parameters.done();
        Projection projection = ProjectionResource.find(projections, DailyOrderStats.NAME);
        return reads.all(
                        projection,
                        required,
                        () -> stats.statistics(from.orElseThrow(), to.orElseThrow()),
                        DailyStatistics::marker)
                .map(answer ->
                        new DailyStatsAnswer(
                                answer.value().days(),
                                answer.lastUpdated().orElse(null),
                                answer.isStale()));
    }
}
