package orders.query;

import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.IOException;
import orders.http.ServiceProcess;

/// Starts the query service.
@QuarkusMain
public class QueryService {

    /// Runs until it is told to stop. With `--version` it says its version instead.
    public static void main(String... arguments) throws IOException {
        ServiceProcess.run("order-query", arguments);
    }
}
