package orders.devstack;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;

/// PostgreSQL's passwords: random, made once for a data folder, in a file that only its owner can
/// read.
final class Passwords {

    private static final int BYTES = 24;

    private final Properties byRole;

    private Passwords(Properties byRole) {
        this.byRole = byRole;
    }

    static Passwords in(Path file, List<String> roles) throws IOException {
        Properties byRole = new Properties();
        if (Files.exists(file)) {
            try (var reader = Files.newBufferedReader(file)) {
                byRole.load(reader);
            }
            return new Passwords(byRole);
        }
        SecureRandom random = new SecureRandom();
        for (String role : roles) {
            byte[] bytes = new byte[BYTES];
            random.nextBytes(bytes);
            byRole.setProperty(role, HexFormat.of().formatHex(bytes));
        }
        StringWriter text = new StringWriter();
        byRole.store(text, "Passwords of PostgreSQL's roles");
        writePrivately(file, text.toString());
        return new Passwords(byRole);
    }

    String of(String role) {
        return byRole.getProperty(role);
    }

    /// Writes a file that nobody else can read, at no time.
    static void writePrivately(Path file, String text) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(temporary);
        Files.createFile(
                temporary,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(temporary, text);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
