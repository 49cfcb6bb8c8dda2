package orders.command;

import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.IOException;
import orders.http.ServiceProcess;

/// Starts the command service.
@QuarkusMain
public class CommandService {

    /// Runs until it is told to stop. With `--version` it says its version instead.
    public static void main(String... arguments) throws IOException {
        ServiceProcess.run("order-command", arguments);
    }
}
