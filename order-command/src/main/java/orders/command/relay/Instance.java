package orders.command.relay;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// This process among several of its kind.
@ApplicationScoped
class Instance {

    /// PostgreSQL cuts `application_name` there.
    private static final int LONGEST_NAME = 63;

    private final String name;

    Instance(
            @ConfigProperty(name = "quarkus.uuid") String id,
            @ConfigProperty(name = "HOSTNAME", defaultValue = "local") String host) {
        String suffix = "-" + id.substring(0, 8);
        String prefix = host.substring(0, Math.min(host.length(), LONGEST_NAME - suffix.length()));
        this.name = prefix + suffix;
    }

    /// Host (in Kubernetes the pod) and something that is new with every start.
    String name() {
        return name;
    }
}
