package orders.devstack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A server whose program is ours. It gets its port, its data folder and the name of a file as
/// arguments, and creates that file when it serves.
final class EmbeddedServer extends ServerProcess {

    private static final Duration STOP_WITHIN = Duration.ofSeconds(6);

    private final Path data;
    private final Path readyFile;
    private final Program program;
    private final List<String> arguments;

    /// What is run.
    interface Program {

        /// Brings it in place. Answers the command without its arguments.
        List<String> prepare() throws IOException;
    }

    /// @param name whose folder and log are in `folder`, and whose port is set by `<NAME>_PORT`
    /// @param arguments further ones
    EmbeddedServer(
            String name, int port, DataFolder folder, Program program, List<String> arguments) {
        super(name, port, name.toUpperCase(Locale.ROOT) + "_PORT", folder.log(name), STOP_WITHIN);
        this.data = folder.path().resolve(name).resolve("data");
        this.readyFile = data.resolveSibling("ready");
        this.program = program;
        this.arguments = arguments;
    }

    @Override
    List<String> command() throws IOException {
        Files.createDirectories(data);
        Files.deleteIfExists(readyFile);
        List<String> command = new ArrayList<>(program.prepare());
        command.addAll(List.of(Integer.toString(port()), data.toString(), readyFile.toString()));
        command.addAll(arguments);
        return command;
    }

    @Override
    Optional<String> notReady() {
        return Files.exists(readyFile) ? Optional.empty() : Optional.of("it is still starting");
    }
}
