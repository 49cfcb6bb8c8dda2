package orders.devstack;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A Python with ClickHouse's engine, installed once for all stacks of this user.
///
/// @param python the program
record ClickHousePrograms(Path python) {

    static final String ENGINE = "chdb-core 26.9.0";

    /// It is 180 MB.
    private static final Duration INSTALL_WITHIN = Duration.ofMinutes(5);

    /// Installs it into the user's cache folder when it is not there yet.
    ///
    /// @throws DevStackFailure when it cannot be had; the first line of the message says why
    static synchronized ClickHousePrograms inCache() {
        Path folder = cache().resolve(ENGINE.replace(' ', '-'));
        ClickHousePrograms programs = new ClickHousePrograms(folder.resolve("bin/python"));
        if (Files.isExecutable(programs.python)) {
            return programs;
        }
        try {
            Files.createDirectories(folder.getParent());
            // Another JVM may be installing it now.
            try (FileChannel channel =
                            FileChannel.open(
                                    folder.resolveSibling("chdb-core.lock"),
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.WRITE);
                    FileLock _ = channel.lock()) {
                if (!Files.isExecutable(programs.python)) {
                    install(folder);
                }
            }
        } catch (IOException e) {
            throw failure(e.getMessage());
        }
        return programs;
    }

    private static Path cache() {
        return Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"))
                .resolve("order-devstack");
    }

    private static void install(Path folder) throws IOException {
        if (!Shell.has("python3")) {
            throw failure("there is no python3 here");
        }
        Path unfinished = folder.resolveSibling(folder.getFileName() + ".unfinished");
        PostgresPrograms.deleteAll(unfinished);
        run("python3", "-m", "venv", unfinished.toString());
        run(
                unfinished.resolve("bin/python").toString(),
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                ENGINE.replace(" ", "=="));
        PostgresPrograms.deleteAll(folder);
        Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void run(String... command) {
        Shell.Result result = Shell.run(List.of(command), Map.of(), INSTALL_WITHIN);
        if (!result.isSuccess()) {
            throw failure(result.output().lines().reduce((_, last) -> last).orElse("no reason"));
        }
    }

    private static DevStackFailure failure(String why) {
        return new DevStackFailure(
                "ClickHouse's engine (%s, from PyPI) cannot be had: %s".formatted(ENGINE, why));
    }
}
