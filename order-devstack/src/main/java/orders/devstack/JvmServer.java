package orders.devstack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A server whose main class is ours and which runs in a JVM of its own. It gets its port, its data
/// folder and the name of a file as arguments, and creates that file when it serves.
final class JvmServer extends ServerProcess {

    private static final Duration STOP_WITHIN = Duration.ofSeconds(6);

    private final TargetFolder target;
    private final String mainClass;
    private final Path data;
    private final Path readyFile;
    private final List<String> options;
    private final List<String> arguments;

    /// @param options further ones of the JVM
    /// @param arguments further ones
    JvmServer(
            String name,
            int port,
            String portSetting,
            Path log,
            Path folder,
            TargetFolder target,
            String mainClass,
            List<String> options,
            List<String> arguments) {
        super(name, port, portSetting, log, STOP_WITHIN);
        this.target = target;
        this.mainClass = mainClass;
        this.data = folder.resolve("data");
        this.readyFile = folder.resolve("ready");
        this.options = options;
        this.arguments = arguments;
    }

    @Override
    void prepare() throws IOException {
        Files.createDirectories(data);
        Files.deleteIfExists(readyFile);
    }

    @Override
    List<String> command() {
        List<String> allOptions = new ArrayList<>(options);
        allOptions.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        // A server that goes on without what it needed may lose data.
                        "-XX:+ExitOnOutOfMemoryError",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-Dorg.slf4j.simpleLogger.showDateTime=true",
                        "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX"));
        List<String> allArguments =
                new ArrayList<>(
                        List.of(Integer.toString(port()), data.toString(), readyFile.toString()));
        allArguments.addAll(arguments);
        return target.java(mainClass, allOptions, allArguments);
    }

    @Override
    Map<String, String> environment() {
        return Map.of();
    }

    @Override
    String stopSignal() {
        return "TERM";
    }

    @Override
    Optional<String> notReady() {
        return Files.exists(readyFile) ? Optional.empty() : Optional.of("it is still starting");
    }
}
