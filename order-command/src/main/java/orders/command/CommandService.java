package orders.command;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/// Starts the command service.
@QuarkusMain
public class CommandService {

    /// Otherwise Quarkus itself answers an address that is no URI, with a bare 400. The service
    /// makes the same check, and answers a problem.
    private static final String LEAVE_ADDRESSES_TO_US = "vertx.disableURIValidation";

    /// Runs until it is told to stop.
    public static void main(String... arguments) {
        System.setProperty(LEAVE_ADDRESSES_TO_US, "true");
        Quarkus.run(arguments);
    }
}
