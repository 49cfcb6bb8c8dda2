package orders.http.access;

import io.quarkus.oidc.runtime.TenantConfigBean;
import io.quarkus.oidc.runtime.TenantConfigContext;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Says whether tokens can be checked: not until the issuer has been reached once. Whoever knows
/// its keys is ready without it, and says that it is away.
@Readiness
@ApplicationScoped
class IssuerCheck implements AsyncHealthCheck {

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);

    private final Issuer issuer;
    private final TenantConfigBean tenants;

    IssuerCheck(Issuer issuer, TenantConfigBean tenants) {
        this.issuer = issuer;
        this.tenants = tenants;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        var answer = HealthCheckResponse.named("Issuer of tokens");
        if (!issuer.isConfigured()) {
            return Uni.createFrom().item(answer.withData("configured", false).up().build());
        }
        return tenants.getDefaultTenant()
                .initialize()
                .chain(IssuerCheck::reach)
                .ifNoItem()
                .after(ANSWER_WITHIN)
                .fail()
                .map(_ -> true)
                .onFailure()
                .recoverWithItem(false)
                .map(isReachable ->
                        answer.withData("reachable", isReachable)
                                .status(tenants.getDefaultTenant().ready())
                                .build());
    }

    private static Uni<?> reach(TenantConfigContext tenant) {
        return tenant.getOidcProviderClient()
                .getWebClient()
                .headAbs(tenant.getOidcMetadata().getDiscoveryUri())
                .send();
    }
}
