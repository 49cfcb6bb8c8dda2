package orders.http.access;

import io.quarkus.security.ForbiddenException;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/// Who sent a request.
public final class Caller {

    /// Whoever calls a service that has no issuer.
    static final Caller ANYBODY = new Caller(Optional.empty(), true, Optional.empty());

    static final String ATTRIBUTE = "caller";

    private final Optional<String> subject;
    private final boolean isStaff;
    private final Optional<String> customerId;

    Caller(Optional<String> subject, boolean isStaff, Optional<String> customerId) {
        this.subject = subject;
        this.isStaff = isStaff;
        this.customerId = customerId;
    }

    /// The caller of a request that a resource got.
    public static Caller of(RoutingContext request) {
        return find(request).orElseThrow();
    }

    /// Empty when the request brought no valid token.
    static Optional<Caller> find(RoutingContext request) {
        return Optional.ofNullable((QuarkusHttpUser) request.user())
                .map(user -> user.getSecurityIdentity().getAttribute(ATTRIBUTE));
    }

    /// Subject of the token; empty when the service has no issuer.
    public Optional<String> subject() {
        return subject;
    }

    /// The only customer whose orders the caller may see and change; empty when there is no such
    /// limit.
    ///
    /// @throws ForbiddenException when the caller may see no orders at all
    public Optional<String> onlyCustomer() {
        if (isStaff) {
            return Optional.empty();
        }
        if (customerId.isEmpty()) {
            throw new ForbiddenException("The token names no customer.");
        }
        return customerId;
    }

    /// Refuses customers.
    ///
    /// @throws ForbiddenException when the caller does not work for the shop
    public void requireStaff() {
        if (!isStaff) {
            throw new ForbiddenException("This is for staff.");
        }
    }

    /// The customer whose orders a request is about: the one that it asks for, or the only one that
    /// the caller may ask for.
    ///
    /// @throws ForbiddenException when the caller is limited to another one
    public Optional<String> limit(Optional<String> asked) {
        asked.ifPresent(this::requireCustomer);
        return asked.or(this::onlyCustomer);
    }

    /// Refuses to act for another customer.
    ///
    /// @throws ForbiddenException when the caller is limited to another one
    public void requireCustomer(String id) {
        if (!onlyCustomer().map(id::equals).orElse(true)) {
            throw new ForbiddenException("The token is for another customer.");
        }
    }
}
