package orders.devstack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// ClickHouse's own engine behind a small HTTP front: no ClickHouse server, and one query at a
/// time. `clickhouse.py` says more.
final class ClickHouseEngine extends ServerProcess {

    private static final String FRONT = "clickhouse.py";
    private static final Duration STOP_WITHIN = Duration.ofSeconds(6);

    private final Path folder;
    private final Path readyFile;
    private ClickHousePrograms programs;

    ClickHouseEngine(int port, Path log, Path folder) {
        super("clickhouse", port, "CLICKHOUSE_PORT", log, STOP_WITHIN);
        this.folder = folder;
        this.readyFile = folder.resolve("ready");
    }

    @Override
    void prepare() throws IOException {
        programs = ClickHousePrograms.inCache();
        Files.createDirectories(folder);
        Files.deleteIfExists(readyFile);
        try (InputStream front = ClickHouseEngine.class.getResourceAsStream(FRONT)) {
            Files.copy(front, folder.resolve(FRONT), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Override
    List<String> command() {
        return List.of(
                programs.python().toString(),
                folder.resolve(FRONT).toString(),
                Integer.toString(port()),
                folder.resolve("data").toString(),
                readyFile.toString());
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
