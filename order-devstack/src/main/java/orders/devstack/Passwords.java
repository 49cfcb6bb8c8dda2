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

/// Passwords of a server's users: random, made once for a data folder, in a file that only its
/// owner can read.
final class Passwords {

    private static final int BYTES = 24;

    private final Properties byUser;

    private Passwords(Properties byUser) {
        this.byUser = byUser;
    }

    /// Reads those of the server with this folder; makes them when there are none yet.
    ///
    /// @throws DevStackFailure when they cannot be read or written
    static Passwords in(Path folder, List<String> users) {
        Path file = file(folder);
        Properties byUser = new Properties();
        try {
            if (Files.exists(file)) {
                try (var reader = Files.newBufferedReader(file)) {
                    byUser.load(reader);
                }
                return new Passwords(byUser);
            }
            Files.createDirectories(folder);
            users.forEach(user -> byUser.setProperty(user, random()));
            StringWriter text = new StringWriter();
            byUser.store(text, "Passwords by user");
            writePrivately(file, text.toString());
            return new Passwords(byUser);
        } catch (IOException e) {
            throw new DevStackFailure("Cannot keep passwords in " + folder, e);
        }
    }

    /// Where the passwords of the server with this folder are.
    static Path file(Path folder) {
        return folder.resolve("passwords.properties");
    }

    /// Hexadecimal, so that there is nothing to quote.
    String of(String user) {
        return byUser.getProperty(user);
    }

    private static String random() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
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
