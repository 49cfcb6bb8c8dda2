package orders.query.api;

import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.Response;
import orders.http.Correlation;
import orders.http.Problem;
import orders.http.ProblemType;
import orders.query.consistency.WaitRefused;
import orders.query.projection.StoreOutage;
import orders.query.readmodel.details.MongoFailure;
import orders.query.readmodel.search.ElasticFailure;
import orders.query.readmodel.stats.ClickHouseFailure;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// The one place where a failure of this service becomes `application/problem+json` (RFC 9457).
class Problems {

    private static final Logger LOG = Logger.getLogger(Problems.class);

    @ServerExceptionMapper
    Response map(QueryFailure failure, RoutingContext request) {
        ProblemType type =
                switch (failure) {
                    case QueryFailure.OrderNotFound _ -> ProblemType.ORDER_NOT_FOUND;
                    case QueryFailure.ProjectionNotFound _ -> ProblemType.PROJECTION_NOT_FOUND;
                    case QueryFailure.NotFound _ -> ProblemType.NOT_FOUND;
                    case QueryFailure.RebuildInProgress _ -> ProblemType.REBUILD_IN_PROGRESS;
                    case QueryFailure.TooManyFollow _ -> ProblemType.OVERLOADED;
                    case QueryFailure.NotConfigured _ -> ProblemType.STORE_UNAVAILABLE;
                };
        return Problem.answer(type, failure.getMessage(), request);
    }

    @ServerExceptionMapper
    Response map(WaitRefused failure, RoutingContext request) {
        ProblemType type =
                switch (failure) {
                    case WaitRefused.TimedOut _ -> ProblemType.CONSISTENCY_TIMEOUT;
                    case WaitRefused.TooManyWait _ -> ProblemType.OVERLOADED;
                };
        return Problem.answer(type, failure.getMessage(), request);
    }

    @ServerExceptionMapper
    Response map(Throwable failure, RoutingContext request) {
        if (StoreOutage.isOne(failure, Problems::isOutage)) {
            LOG.warnf(
                    "A store does not answer: %s [correlationId=%s]",
                    failure, Correlation.idOf(request));
            return Problem.answer(
                    ProblemType.STORE_UNAVAILABLE,
                    "What this answer is made of does not answer.",
                    request);
        }
        return Problem.answer(failure, request);
    }

    private static boolean isOutage(Throwable cause) {
        return MongoFailure.isOutage(cause)
                || ElasticFailure.isOutage(cause)
                || ClickHouseFailure.isOutage(cause);
    }
}
