package orders.devstack;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/// Programs in a folder that is filled once, for all stacks.
final class Installation {

    private Installation() {}

    /// Where this user keeps what is downloaded for all stacks.
    static Path cache() {
        return Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"))
                .resolve("order-devstack");
    }

    /// What fills the folder.
    interface Filling {

        /// Fills a folder that is not there yet.
        void fill(Path folder) throws IOException;
    }

    /// Fills the folder unless it has this program already; not by two threads at a time.
    static void ensure(Path folder, String program, Filling filling) throws IOException {
        if (Files.isExecutable(folder.resolve(program))) {
            return;
        }
        Files.createDirectories(folder.getParent());
        // Another JVM may be filling it now.
        try (FileChannel channel =
                        FileChannel.open(
                                folder.resolveSibling("." + folder.getFileName() + ".lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                FileLock _ = channel.lock()) {
            if (!Files.isExecutable(folder.resolve(program))) {
                Path unfinished = folder.resolveSibling(folder.getFileName() + ".unfinished");
                deleteAll(unfinished);
                filling.fill(unfinished);
                deleteAll(folder);
                Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    static void deleteAll(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
