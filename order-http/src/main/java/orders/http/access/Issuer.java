package orders.http.access;

import io.quarkus.oidc.OidcRequestContext;
import io.quarkus.oidc.OidcTenantConfig;
import io.quarkus.oidc.TenantConfigResolver;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/// The issuer of the tokens that callers bring, `quarkus.oidc.auth-server-url`. Without one
/// everybody is served, and then nobody but this machine must reach the service.
@ApplicationScoped
public class Issuer implements TenantConfigResolver {

    private static final Logger LOG = Logger.getLogger(Issuer.class);

    private final Optional<String> url;
    private final String host;
    private final AccessSettings settings;

    Issuer(
            @ConfigProperty(name = "quarkus.oidc.auth-server-url") Optional<String> url,
            @ConfigProperty(name = "quarkus.http.host") String host,
            AccessSettings settings) {
        this.url = url;
        this.host = host;
        this.settings = settings;
    }

    /// Whether there is one.
    boolean isConfigured() {
        return url.isPresent();
    }

    /// Refuses to serve everybody by mistake, before anything else has begun.
    void requireOneUnlessOnLoopback(@Observes @Priority(1) StartupEvent start) {
        if (isConfigured() || isLoopback(host)) {
            return;
        }
        if (!settings.disabled()) {
            throw new IllegalStateException(
                    ("Whoever reaches %s could do everything: set QUARKUS_OIDC_AUTH_SERVER_URL to the"
                                    + " issuer of tokens, or SECURITY_DISABLED=true to serve"
                                    + " everybody.")
                            .formatted(host));
        }
        LOG.warnf("SECURITY_DISABLED: whoever reaches %s may do everything.", host);
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            return false;
        }
    }

    /// There are no other issuers. That this is asked lets the service start without one.
    @Override
    public Uni<OidcTenantConfig> resolve(
            RoutingContext request, OidcRequestContext<OidcTenantConfig> context) {
        return Uni.createFrom().nullItem();
    }
}
