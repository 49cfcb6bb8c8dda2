package orders.devstack;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One of our services in a process of its own, on loopback. It is ready when `/q/health/ready`
/// answers 200.
public final class ServiceProcess extends ServerProcess {

    private static final Duration STOP_WITHIN = Duration.ofSeconds(5);
    private static final String LARGEST_HEAP = "-Xmx384m";

    private final Path runnable;
    private final Map<String, String> environment;

    /// A service whose port comes from a setting that people know by this name.
    ServiceProcess(
            String name,
            Path runnable,
            Map<String, String> environment,
            int port,
            String portSetting,
            Path log) {
        super(name, port, portSetting, log, STOP_WITHIN);
        this.runnable = runnable.toAbsolutePath();
        this.environment = new HashMap<>(environment);
        this.environment.putIfAbsent("QUARKUS_HTTP_HOST", "127.0.0.1");
        this.environment.put("QUARKUS_HTTP_PORT", Integer.toString(port()));
    }

    /// A service that is not started yet.
    ///
    /// @param runnable a jar (`target/quarkus-app/quarkus-run.jar`) or a native executable
    /// @param environment added to the environment of this process; host and port need not be in it
    /// @param port 0 for any free one
    public static ServiceProcess of(
            String name, Path runnable, Map<String, String> environment, int port, Path log) {
        return new ServiceProcess(name, runnable, environment, port, "its port", log);
    }

    /// Where it serves.
    public URI uri() {
        return URI.create("http://127.0.0.1:" + port());
    }

    /// Whether it says now that it can serve.
    public boolean isReady() {
        return isRunning() && notReady().isEmpty();
    }

    @Override
    List<String> command() {
        if (!Files.exists(runnable)) {
            throw new DevStackFailure(
                    "%s is not built: there is no %s".formatted(name(), runnable));
        }
        if (!runnable.toString().endsWith(".jar")) {
            return List.of(runnable.toString(), LARGEST_HEAP);
        }
        return List.of(
                TargetFolder.javaProgram(),
                LARGEST_HEAP,
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-jar",
                runnable.toString());
    }

    @Override
    Map<String, String> environment() {
        return environment;
    }

    @Override
    Optional<String> notReady() {
        return HttpProbe.missing(uri().resolve("/q/health/ready"));
    }
}
