package orders.http;

import io.quarkus.runtime.Quarkus;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The process of a service.
public final class ServiceProcess {

    /// Otherwise Quarkus itself answers an address that is no URI, with a bare 400. The service
    /// makes the same check, and answers a problem.
    private static final String LEAVE_ADDRESSES_TO_US = "vertx.disableURIValidation";

    private ServiceProcess() {}

    /// Runs until it is told to stop. With `--version` it says its version instead.
    ///
    /// @param service its name, like `order-command`
    public static void run(String service, String... arguments) throws IOException {
        if (List.of(arguments).contains("--version")) {
            System.out.println(service + " " + version());
            return;
        }
        System.setProperty(LEAVE_ADDRESSES_TO_US, "true");
        ExitCodes.decideExitCode();
        Quarkus.run(null, (code, failure) -> ExitCodes.end(service, code, failure), arguments);
    }

    private static String version() throws IOException {
        try (InputStream version = ServiceProcess.class.getResourceAsStream("/version.txt")) {
            return new String(version.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }
}
