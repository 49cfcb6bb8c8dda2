package orders.http.access;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/// Settings of access. Those of tokens are Quarkus' own, `quarkus.oidc.*`.
@ConfigMapping(prefix = "security")
public interface AccessSettings {

    /// Whether everybody is served though the service can be reached from other machines.
    @WithDefault("false")
    boolean disabled();

    /// The claim of a token that says which customer its bearer is; a path with `/` when it lies
    /// within another.
    @WithDefault("customer_id")
    String customerClaim();
}
