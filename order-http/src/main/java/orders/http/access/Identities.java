package orders.http.access;

import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;

/// Adds the [Caller] to the identity of a token; without an issuer everybody may do everything.
@ApplicationScoped
class Identities implements SecurityIdentityAugmentor {

    private static final SecurityIdentity ANYBODY =
            QuarkusSecurityIdentity.builder()
                    .setPrincipal(new QuarkusPrincipal("anybody"))
                    .addRoles(
                            Set.of(
                                    Roles.ORDERS_READ,
                                    Roles.ORDERS_WRITE,
                                    Roles.ORDERS_STAFF,
                                    Roles.PROJECTIONS_ADMIN))
                    .addAttribute(Caller.ATTRIBUTE, Caller.ANYBODY)
                    .build();

    private final Issuer issuer;
    private final AccessSettings settings;

    Identities(Issuer issuer, AccessSettings settings) {
        this.issuer = issuer;
        this.settings = settings;
    }

    @Override
    public Uni<SecurityIdentity> augment(
            SecurityIdentity identity, AuthenticationRequestContext context) {
        if (identity.isAnonymous()) {
            return Uni.createFrom().item(issuer.isConfigured() ? identity : ANYBODY);
        }
        return Uni.createFrom()
                .item(
                        QuarkusSecurityIdentity.builder(identity)
                                .addAttribute(Caller.ATTRIBUTE, callerOf(identity))
                                .build());
    }

    private Caller callerOf(SecurityIdentity identity) {
        var token = (JsonWebToken) identity.getPrincipal();
        return new Caller(
                Optional.of(token.getSubject()),
                identity.hasRole(Roles.ORDERS_STAFF),
                customerOf(token));
    }

    private Optional<String> customerOf(JsonWebToken token) {
        String[] path = settings.customerClaim().split("/", -1);
        Object claim = token.getClaim(path[0]);
        for (int i = 1; i < path.length; i++) {
            claim = claim instanceof JsonObject object ? object.get(path[i]) : null;
        }
        return Optional.ofNullable(
                claim instanceof JsonString text
                        ? text.getString()
                        : claim instanceof String plain ? plain : null);
    }
}
