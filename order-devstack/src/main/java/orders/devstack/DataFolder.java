package orders.devstack;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/// The folder with all data and logs of one stack. One stack at a time may use it; what a dead one
/// left running in it is stopped first.
final class DataFolder implements AutoCloseable {

    private static final Duration STOP_WITHIN = Duration.ofSeconds(15);

    // A file lock is the JVM's and would be lost when a second channel to the file is closed.
    private static final Set<Path> IN_THIS_JVM = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel channel;
    private final List<String> stopped;

    private DataFolder(Path path, FileChannel channel, List<String> stopped) {
        this.path = path;
        this.channel = channel;
        this.stopped = stopped;
    }

    static DataFolder open(Path folder) {
        try {
            Path path = Files.createDirectories(folder).toRealPath();
            if (!IN_THIS_JVM.add(path)) {
                throw inUse(path, Long.toString(ProcessHandle.current().pid()));
            }
            try {
                FileChannel channel = lock(path);
                return new DataFolder(path, channel, stopLeftovers(path.resolve("logs")));
            } catch (IOException | RuntimeException e) {
                IN_THIS_JVM.remove(path);
                throw e;
            }
        } catch (IOException e) {
            throw new DevStackFailure("Cannot use the data folder " + folder + ": " + e, e);
        }
    }

    Path path() {
        return path;
    }

    Path log(String name) {
        return path.resolve("logs").resolve(name + ".log");
    }

    /// Names of the processes that an earlier stack had left running and that were stopped.
    List<String> stopped() {
        return stopped;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new DevStackFailure("Cannot release the data folder " + path, e);
        } finally {
            IN_THIS_JVM.remove(path);
        }
    }

    private static FileChannel lock(Path path) throws IOException {
        Path file = path.resolve("lock");
        FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            throw inUse(path, Files.readString(file).strip());
        }
        channel.truncate(0);
        String pid = Long.toString(ProcessHandle.current().pid());
        channel.write(StandardCharsets.UTF_8.encode(pid));
        return channel;
    }

    private static DevStackFailure inUse(Path path, String pid) {
        return new DevStackFailure(
                "The data folder %s is in use by process %s. Stop that one, or set DATA to another folder"
                        .formatted(path, pid));
    }

    private static List<String> stopLeftovers(Path logs) throws IOException {
        if (!Files.isDirectory(logs)) {
            return List.of();
        }
        List<Path> records;
        try (Stream<Path> files = Files.list(logs)) {
            records =
                    files.filter(file -> file.toString().endsWith(PidRecord.EXTENSION))
                            .sorted()
                            .toList();
        }
        List<String> stopped = new ArrayList<>();
        for (Path file : records) {
            PidRecord record = PidRecord.read(file);
            record.process()
                    .ifPresent(process -> {
                        stop(process, record.signal());
                        stopped.add(
                                "%s (pid %d)"
                                        .formatted(
                                                file.getFileName()
                                                        .toString()
                                                        .replace(PidRecord.EXTENSION, ""),
                                                process.pid()));
                    });
            Files.delete(file);
        }
        return List.copyOf(stopped);
    }

    private static void stop(ProcessHandle process, String signal) {
        CompletableFuture<ProcessHandle> end = process.onExit();
        Shell.signal(process.pid(), signal);
        try {
            end.get(STOP_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException _) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        } catch (ExecutionException e) {
            throw new DevStackFailure("Cannot wait for the end of process " + process.pid(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DevStackFailure("Interrupted while stopping process " + process.pid(), e);
        }
    }
}
