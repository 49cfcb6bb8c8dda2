package orders.devstack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// A Python with ClickHouse's engine, installed once for all stacks of this user.
final class ClickHousePrograms {

    static final String ENGINE = "chdb-core 26.9.0";

    private static final String PYTHON = "bin/python";

    /// It is 180 MB.
    private static final Duration INSTALL_WITHIN = Duration.ofMinutes(5);

    private ClickHousePrograms() {}

    /// The program with a small HTTP front before the engine: it is no ClickHouse server, and does
    /// one query at a time. `clickhouse.py` says more.
    ///
    /// @param folder where the front may be written
    static List<String> front(Path folder) throws IOException {
        Path front = folder.resolve("clickhouse.py");
        try (InputStream source = ClickHousePrograms.class.getResourceAsStream("clickhouse.py")) {
            Files.copy(source, front, StandardCopyOption.REPLACE_EXISTING);
        }
        return List.of(python().toString(), front.toString());
    }

    /// Installs it into the user's cache folder when it is not there yet.
    ///
    /// @throws DevStackFailure when it cannot be had; the first line of the message says why
    static synchronized Path python() {
        Path folder = Installation.cache().resolve(ENGINE.replace(' ', '-'));
        try {
            Installation.ensure(folder, PYTHON, ClickHousePrograms::install);
        } catch (IOException e) {
            throw failure(e.getMessage());
        }
        return folder.resolve(PYTHON);
    }

    private static void install(Path folder) {
        if (!Shell.has("python3")) {
            throw failure("there is no python3 here");
        }
        run("python3", "-m", "venv", folder.toString());
        run(
                folder.resolve(PYTHON).toString(),
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                ENGINE.replace(" ", "=="));
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
