package orders.devstack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.Driver;

/// A real PostgreSQL with one database for each service. Each database belongs to a role of its
/// own, and no role can open the other's. What is committed is on disk (`fsync` is on).
public final class PostgresServer extends ServerProcess {

    /// A service's database and the role that owns it.
    record Database(String name, String role) {}

    static final Database WRITE = new Database("orders_write", "order_command");
    static final Database READ = new Database("orders_read", "order_query");

    private static final String SUPERUSER = "postgres";
    private static final String MAINTENANCE = "postgres";
    private static final Duration STOP_WITHIN = Duration.ofSeconds(6);
    private static final int STATUS_LINE = 7;

    private final Path folder;
    private final Path data;
    private final TargetFolder target;
    private final Path programsParent;
    private final Passwords passwords;

    private PostgresPrograms programs;
    private PostgresUser user;

    PostgresServer(DevStackSettings settings, DataFolder stack, TargetFolder target) {
        super(
                "postgres",
                settings.postgresPort(),
                "POSTGRES_PORT",
                stack.log("postgres"),
                STOP_WITHIN);
        this.folder = stack.path().resolve("postgres");
        this.data = folder.resolve("data");
        this.target = target;
        this.programsParent = settings.postgresPrograms().orElse(target.path());
        this.passwords = Passwords.in(folder, List.of(SUPERUSER, WRITE.role(), READ.role()));
    }

    /// How its owner opens a database with a reactive client.
    DevStackSettings.Database login(Database database) {
        return new DevStackSettings.Database(
                "postgresql://127.0.0.1:%d/%s".formatted(port(), database.name()),
                database.role(),
                passwords.of(database.role()));
    }

    /// Ends it as a crash would: connections are cut, and nothing is written out that is not on
    /// disk yet ("immediate" in PostgreSQL's words). The next start recovers what was committed.
    public void stopImmediately() {
        stop("QUIT");
    }

    @Override
    List<String> command() throws IOException {
        if (programs == null) {
            programs = PostgresPrograms.in(programsParent, target);
            user = PostgresUser.find();
        }
        if (!Files.exists(data)) {
            create();
        }
        user.own(data);
        user.requireAccess(programs.program("postgres"));
        user.requireAccess(data.resolve("PG_VERSION"));
        List<String> arguments = new ArrayList<>(List.of("-D", data.toString()));
        Map.of(
                        "port", Integer.toString(port()),
                        "listen_addresses", "127.0.0.1",
                        "unix_socket_directories", "",
                        "max_connections", "200",
                        "shared_buffers", "128MB",
                        "max_wal_size", "2GB",
                        "jit", "off",
                        "log_line_prefix", "%m [%p] %q%u@%d ")
                .forEach((setting, value) -> {
                    arguments.add("-c");
                    arguments.add(setting + "=" + value);
                });
        return user.command(programs.program("postgres"), arguments);
    }

    @Override
    Map<String, String> environment() {
        return Map.of("LC_ALL", "C");
    }

    /// "Fast": ends the clients' connections and writes everything out. The usual signal would wait
    /// for the clients to go.
    @Override
    String stopSignal() {
        return "INT";
    }

    @Override
    Optional<String> notReady() throws IOException {
        // PostgreSQL's own word, as pg_ctl reads it: asking by a connection would fill its log with
        // refusals.
        Path status = data.resolve("postmaster.pid");
        List<String> lines = Files.exists(status) ? Files.readAllLines(status) : List.of();
        if (lines.size() <= STATUS_LINE
                || !lines.getFirst().equals(Long.toString(pid()))
                || !lines.get(STATUS_LINE).strip().equals("ready")) {
            return Optional.of("it is still starting");
        }
        try (Connection connection = connect()) {
            provide(connection, WRITE);
            provide(connection, READ);
            return Optional.empty();
        } catch (SQLException e) {
            return Optional.of(e.getMessage());
        }
    }

    private void create() throws IOException {
        Path unfinished = folder.resolve("data.unfinished");
        Installation.deleteAll(unfinished);
        Path passwordFile = folder.resolve("superuser");
        Passwords.writePrivately(passwordFile, passwords.of(SUPERUSER));
        try {
            Files.createDirectory(unfinished);
            user.own(unfinished);
            user.own(passwordFile);
            user.requireAccess(programs.program("initdb"));
            user.requireAccess(passwordFile);
            Shell.Result result =
                    Shell.run(
                            user.command(
                                    programs.program("initdb"),
                                    List.of(
                                            "--pgdata=" + unfinished,
                                            "--username=" + SUPERUSER,
                                            "--pwfile=" + passwordFile,
                                            "--auth=scram-sha-256",
                                            "--encoding=UTF8",
                                            "--locale=C",
                                            "--locale-provider=builtin",
                                            "--builtin-locale=C.UTF-8")),
                            environment());
            if (!result.isSuccess()) {
                throw new DevStackFailure("initdb of PostgreSQL failed: " + result.output());
            }
            Files.move(unfinished, data, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.delete(passwordFile);
        }
    }

    private Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", SUPERUSER);
        properties.setProperty("password", passwords.of(SUPERUSER));
        String url = "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port(), MAINTENANCE);
        return new Driver().connect(url, properties);
    }

    /// Creates role and database when they are missing. The names are constants and the password is
    /// hexadecimal, so there is nothing to quote.
    private void provide(Connection connection, Database database) throws SQLException {
        try (Statement sql = connection.createStatement()) {
            if (isMissing(sql, "pg_roles WHERE rolname = '%s'".formatted(database.role()))) {
                sql.execute(
                        "CREATE ROLE %s LOGIN PASSWORD '%s'"
                                .formatted(database.role(), passwords.of(database.role())));
            }
            if (isMissing(sql, "pg_database WHERE datname = '%s'".formatted(database.name()))) {
                sql.execute(
                        "CREATE DATABASE %s OWNER %s".formatted(database.name(), database.role()));
            }
            for (String closed : List.of(database.name(), MAINTENANCE)) {
                sql.execute(
                        "REVOKE CONNECT, TEMPORARY ON DATABASE %s FROM PUBLIC".formatted(closed));
            }
        }
    }

    private static boolean isMissing(Statement sql, String where) throws SQLException {
        try (ResultSet rows = sql.executeQuery("SELECT FROM " + where)) {
            return !rows.next();
        }
    }
}
