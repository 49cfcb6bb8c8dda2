package orders.http.access;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpSecurityPolicy;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import orders.http.Problem;
import orders.http.ProblemType;
import org.jboss.logging.Logger;

/// Lets no request through without a valid token, except to pages of problems and to health. What
/// its bearer may do is said at the methods of the resources.
@ApplicationScoped
class Authentication implements HttpSecurityPolicy {

    private static final Logger LOG = Logger.getLogger(Authentication.class);

    @Override
    public Uni<CheckResult> checkPermission(
            RoutingContext request,
            Uni<SecurityIdentity> identity,
            AuthorizationRequestContext context) {
        String path = request.normalizedPath();
        if (path.startsWith("/problems/") || path.startsWith("/q/health")) {
            return CheckResult.permit();
        }
        AuditLog.watch(request);
        // Quarkus would answer without a body.
        request.remove(QuarkusHttpUser.AUTH_FAILURE_HANDLER);
        return identity.invoke(caller -> check(caller, path, request))
                .onFailure()
                .invoke(failure -> refuse(failure, request))
                .onItemOrFailure()
                // Who is refused is answered already.
                .transform((_, _) -> CheckResult.PERMIT);
    }

    private static void check(SecurityIdentity caller, String path, RoutingContext request) {
        if (caller.isAnonymous()) {
            request.response().putHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
            Problem.end(request, ProblemType.UNAUTHORIZED, "The request carries no bearer token.");
        } else if (path.startsWith("/q/metrics") && !caller.hasRole(Roles.PROJECTIONS_ADMIN)) {
            Problem.end(request, ProblemType.FORBIDDEN, ProblemType.FORBIDDEN.meaning());
        }
    }

    private static void refuse(Throwable failure, RoutingContext request) {
        if (failure instanceof AuthenticationFailedException) {
            request.response()
                    .putHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"");
            Problem.end(request, ProblemType.UNAUTHORIZED, "The bearer token is not valid.");
        } else {
            LOG.warnf("Tokens cannot be checked: %s", failure);
            Problem.end(
                    request,
                    ProblemType.ISSUER_UNAVAILABLE,
                    "The issuer of tokens has not answered yet.");
        }
    }
}
