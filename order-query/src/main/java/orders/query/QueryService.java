package orders.query;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Starts the query service.
@QuarkusMain
public class QueryService {

    static final String NAME = "order-query";

    /// Otherwise Quarkus itself answers an address that is no URI, with a bare 400. The service
    /// makes the same check, and answers a problem.
    private static final String LEAVE_ADDRESSES_TO_US = "vertx.disableURIValidation";

    /// Runs until it is told to stop. With `--version` it says its version instead.
    public static void main(String... arguments) throws IOException {
        if (List.of(arguments).contains("--version")) {
            System.out.println(NAME + " " + version());
            return;
        }
        System.setProperty(LEAVE_ADDRESSES_TO_US, "true");
        ExitCodes.decideExitCode();
        Quarkus.run(null, ExitCodes::end, arguments);
    }

    private static String version() throws IOException {
        try (InputStream version = QueryService.class.getResourceAsStream("/version.txt")) {
            return new String(version.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }
}
