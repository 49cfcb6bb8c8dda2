package orders.devstack;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// As whom PostgreSQL runs: it refuses to be root.
enum PostgresUser {
    /// The user of this process, who is not root.
    SAME,

    /// Root without its name and rights: a user namespace of its own, where root's files are still
    /// its own.
    IN_NAMESPACE,

    /// The user nobody, who must own the data.
    NOBODY;

    private static final int ROOT_ID = 0;
    private static final int NOBODY_ID = 65_534;

    static PostgresUser find() {
        if (new UnixSystem().getUid() != ROOT_ID) {
            return SAME;
        }
        return List.of(IN_NAMESPACE, NOBODY).stream()
                .filter(PostgresUser::isPossible)
                .findFirst()
                .orElseThrow(() ->
                        new DevStackFailure(
                                "PostgreSQL refuses to run as root, and neither `unshare -U` nor `setpriv` works"
                                        + " here: run this as a normal user, or use an existing PostgreSQL"));
    }

    List<String> command(Path program, List<String> arguments) {
        List<String> command = new ArrayList<>(prefix());
        command.add(program.toString());
        command.addAll(arguments);
        return command;
    }

    /// Gives a folder or file, and all in it, to this user.
    void own(Path path) throws IOException {
        if (this == SAME) {
            return;
        }
        int id = this == NOBODY ? NOBODY_ID : ROOT_ID;
        if (Files.getAttribute(path, "unix:uid").equals(id)) {
            return;
        }
        try (Stream<Path> files = Files.walk(path)) {
            // The path itself comes last: when it has its owner, so has everything in it.
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.setAttribute(file, "unix:uid", id);
                Files.setAttribute(file, "unix:gid", id);
            }
        }
    }

    /// Fails when this user cannot come to a file, because a folder above it is closed to others.
    void requireAccess(Path file) {
        List<String> command = new ArrayList<>(prefix());
        command.addAll(List.of("test", "-r", file.toString()));
        if (!Shell.run(command, Map.of()).isSuccess()) {
            throw new DevStackFailure(
                    "PostgreSQL refuses to run as root, and as user %d it cannot read %s:"
                                    .formatted(NOBODY_ID, file)
                            + " open the folders above it, or run this as a normal user");
        }
    }

    private boolean isPossible() {
        if (!Shell.has(prefix().getFirst())) {
            return false;
        }
        List<String> command = new ArrayList<>(prefix());
        command.addAll(List.of("sh", "-c", "test \"$(id -u)\" != 0"));
        return Shell.run(command, Map.of()).isSuccess();
    }

    private List<String> prefix() {
        return switch (this) {
            case SAME -> List.of();
            case IN_NAMESPACE -> List.of("unshare", "-U");
            case NOBODY ->
                    List.of(
                            "setpriv",
                            "--reuid=" + NOBODY_ID,
                            "--regid=" + NOBODY_ID,
                            "--clear-groups");
        };
    }
}
