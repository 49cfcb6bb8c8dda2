package orders.query.api;

import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.Optional;
import orders.http.access.Roles;
import orders.query.consistency.ConsistencySettings;
import orders.query.consistency.ConsistentRead;
import orders.query.consistency.ConsistentRead.Answer;
import orders.query.consistency.RequiredVersion;
import orders.query.projection.Projection;
import orders.query.projection.Projections;
import orders.query.readmodel.search.OrderSearch;
import orders.query.readmodel.search.OrderSearches;
import orders.query.readmodel.search.SearchPage;
import orders.query.readmodel.search.SearchQuery;

/// Orders by words, from `order-search`.
@Path("/orders/search")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.ORDERS_READ)
public class SearchResource {

    private final OrderSearches searches;
    private final Projections projections;
    private final ConsistentRead reads;
    private final ConsistencySettings settings;

    SearchResource(
            OrderSearches searches,
            Projections projections,
            ConsistentRead reads,
            ConsistencySettings settings) {
        this.searches = searches;
        this.projections = projections;
        this.reads = reads;
        this.settings = settings;
    }

    /// A page of the orders that have any of the words, best first.
    @GET
    public Uni<SearchAnswer> search(RoutingContext request) {
        Parameters parameters =
                new Parameters(
                        request,
                        "q",
                        "status",
                        "customerId",
                        "country",
                        "from",
                        "to",
                        "limit",
                        "cursor");
        Optional<Instant> from = parameters.time("from");
        Optional<Instant> to = parameters.time("to");
        parameters.requireOrder(from, to);
        Optional<SearchCursor> cursor = parameters.searchCursor();
        SearchQuery query =
                new SearchQuery(
                        parameters.words(),
                        parameters.status(),
                        parameters.limit(parameters.customerId()),
                        parameters.country(),
                        from,
                        to,
                        parameters.limit(),
                        cursor.map(SearchCursor::position));
        if (cursor.isPresent() && !cursor.get().belongsTo(query)) {
            parameters.violate("cursor", Cursor.NOT_OURS);
        }
        RequiredVersion required =
                parameters.required(settings, Optional.empty(), parameters.onlyCustomer());
        parameters.done();
        Projection projection = ProjectionResource.find(projections, OrderSearch.NAME);
        return reads.all(projection, required, () -> searches.search(query), SearchPage::marker)
                .map(answer -> answer(query, answer));
    }

    private static SearchAnswer answer(SearchQuery query, Answer<SearchPage> answer) {
        SearchPage page = answer.value();
        return new SearchAnswer(
                page.hits().stream().map(SearchAnswer.Hit::of).toList(),
                page.facets(),
                page.total(),
                page.next().map(position -> SearchCursor.of(query, position).encode()).orElse(null),
                answer.lastUpdated().orElse(null),
                answer.isStale());
    }
}
