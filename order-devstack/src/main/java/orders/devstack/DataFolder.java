package orders.devstack;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// The folder with all data and logs of one stack. One stack at a time may use it; what a dead one
/// left running in it is stopped first.
final class DataFolder implements AutoCloseable {

    private static final Duration STOP_WITHIN = Duration.ofSeconds(15);
    private static final Duration PAUSE = Duration.ofMillis(50);

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
        List<Path> files;
        try (Stream<Path> all = Files.list(logs)) {
            files =
                    all.filter(file -> file.toString().endsWith(PidRecord.EXTENSION))
                            .sorted()
                            .toList();
        }
        Map<String, PidRecord> left = new TreeMap<>();
        for (Path file : files) {
            PidRecord record = PidRecord.read(file);
            String name = file.getFileName().toString().replace(PidRecord.EXTENSION, "");
            if (record.process().isPresent()) {
                left.put("%s (pid %d)".formatted(name, record.pid()), record);
            }
        }
        stopAll(left.values());
        for (Path file : files) {
            Files.delete(file);
        }
        return List.copyOf(left.keySet());
    }

    private static void stopAll(Collection<PidRecord> left) {
        left.forEach(record -> Shell.signal(record.pid(), record.signal()));
        Instant deadline = Instant.now().plus(STOP_WITHIN);
        for (PidRecord record : left) {
            while (record.process().isPresent()) {
                if (Instant.now().isAfter(deadline)) {
                    record.process().ifPresent(DataFolder::kill);
                }
                pause();
            }
        }
    }

    private static void kill(ProcessHandle process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DevStackFailure("Interrupted while stopping what an earlier run left", e);
        }
    }
}
