package orders.devstack;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The `target` folder of a module's build, by default this one's: its classes, and in `lib`
/// everything that the servers' own processes need. Other modules find it too, without having any
/// of that on their class path.
record TargetFolder(Path path) {

    /// Names the folder when it is not where it is expected.
    static final String SETTING = "ORDERS_DEVSTACK_TARGET";

    static TargetFolder find() {
        String set = System.getenv(SETTING);
        if (set != null) {
            return new TargetFolder(Path.of(set).toAbsolutePath());
        }
        List<Path> candidates = new ArrayList<>();
        CodeSource source = DevStack.class.getProtectionDomain().getCodeSource();
        if (source != null && "file".equals(source.getLocation().getProtocol())) {
            candidates.add(Path.of(URI.create(source.getLocation().toString())).getParent());
        }
        for (Path folder = Path.of("").toAbsolutePath();
                folder != null;
                folder = folder.getParent()) {
            candidates.add(folder.resolve("order-devstack/target"));
        }
        return candidates.stream()
                .filter(candidate -> Files.isDirectory(candidate.resolve("lib")))
                .findFirst()
                .map(TargetFolder::new)
                .orElseThrow(() ->
                        new DevStackFailure(
                                "order-devstack is not built (no order-devstack/target/lib above %s);"
                                                .formatted(Path.of("").toAbsolutePath())
                                        + " build it, or set "
                                        + SETTING
                                        + " to its target folder"));
    }

    /// The command of a JVM that runs a main class of this module, without its arguments.
    List<String> java(String mainClass, String... options) {
        List<String> command = new ArrayList<>(List.of(javaProgram()));
        command.addAll(List.of(options));
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        // A server that goes on without what it needed may lose data.
                        "-XX:+ExitOnOutOfMemoryError",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-Dorg.slf4j.simpleLogger.showDateTime=true",
                        "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
                        "-cp",
                        path.resolve("classes") + ":" + path.resolve("lib") + "/*",
                        mainClass));
        return command;
    }

    /// The version of a library in `lib`.
    String version(String artifact) {
        String prefix = artifact + "-";
        String file = library(artifact).getFileName().toString();
        return file.substring(prefix.length(), file.length() - ".jar".length());
    }

    /// The jar in `lib` whose name starts so and goes on with its version.
    Path library(String artifact) {
        try (Stream<Path> files = Files.list(path.resolve("lib"))) {
            return files.filter(file ->
                            file.getFileName().toString().matches(artifact + "-[0-9][^-]*\\.jar"))
                    .findFirst()
                    .orElseThrow(() ->
                            new DevStackFailure(
                                    "%s is not in %s: build order-devstack on this machine"
                                            .formatted(artifact, path.resolve("lib"))));
        } catch (IOException e) {
            throw new DevStackFailure("Cannot read " + path.resolve("lib"), e);
        }
    }

    /// The `target` folder of another module of the project.
    TargetFolder of(String module) {
        return new TargetFolder(project().resolve(module).resolve("target"));
    }

    /// The project that this module belongs to.
    Path project() {
        return path.getParent().getParent();
    }

    static String javaProgram() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
