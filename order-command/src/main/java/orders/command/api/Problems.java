package orders.command.api;

import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.Response;
import orders.command.handling.CommandFailure;
import orders.command.store.StoreFailure;
import orders.http.Correlation;
import orders.http.Problem;
import orders.http.ProblemType;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// The one place where a failure of this service becomes `application/problem+json` (RFC 9457).
class Problems {

    private static final Logger LOG = Logger.getLogger(Problems.class);

    @ServerExceptionMapper
    Response map(CommandFailure failure, RoutingContext request) {
        ProblemType type =
                switch (failure) {
                    case CommandFailure.Rejected rejected ->
                            switch (rejected.rule()) {
                                case ORDER_NOT_FOUND -> ProblemType.ORDER_NOT_FOUND;
                                case ORDER_ALREADY_EXISTS -> ProblemType.ORDER_ALREADY_EXISTS;
                                case ILLEGAL_TRANSITION -> ProblemType.ILLEGAL_TRANSITION;
                                case PAYMENT_AMOUNT_MISMATCH -> ProblemType.PAYMENT_AMOUNT_MISMATCH;
                                case TOO_MANY_ITEMS -> ProblemType.TOO_MANY_ITEMS;
                            };
                    case CommandFailure.VersionConflict _ -> ProblemType.VERSION_CONFLICT;
                    case CommandFailure.ConcurrentUpdate _ -> ProblemType.CONCURRENT_UPDATE;
                    case CommandFailure.Overloaded _ -> ProblemType.OVERLOADED;
                    case CommandFailure.KeyReused _ -> ProblemType.IDEMPOTENCY_KEY_REUSED;
                    case CommandFailure.KeyTaken _, CommandFailure.RequestInFlight _ ->
                            ProblemType.REQUEST_IN_FLIGHT;
                    case CommandFailure.StoreUnavailable _ -> ProblemType.STORE_UNAVAILABLE;
                };
        if (type == ProblemType.STORE_UNAVAILABLE) {
            LOG.warnf(
                    "The write database does not answer: %s [correlationId=%s]",
                    failure.getCause(), Correlation.idOf(request));
        }
        return Problem.answer(type, failure.getMessage(), request);
    }

    @ServerExceptionMapper
    Response map(Throwable unexpected, RoutingContext request) {
        if (StoreFailure.isOutage(unexpected)) {
            return map(new CommandFailure.StoreUnavailable(unexpected), request);
        }
        return Problem.answer(unexpected, request);
    }
}
