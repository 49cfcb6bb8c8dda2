package orders.devstack;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A real Keycloak with the realm of `keycloak-realm.json`: roles, users, and a client for the
/// command line. Realm and passwords are made at the first start; from then on they are what
/// Keycloak's database in the data folder says.
final class KeycloakServer extends ServerProcess {

    static final List<String> USERS = List.of("ada", "ben", "staff", "admin");

    /// Who administers Keycloak itself.
    static final String ADMINISTRATOR = "keycloak-admin";

    private static final Duration CREATE_WITHIN = Duration.ofMinutes(5);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(8);

    private final Path folder;
    private final Path data;
    private final Path project;
    private final Passwords passwords;

    /// @param project whose Maven fetches Keycloak when it is not there yet
    KeycloakServer(int port, DataFolder stack, Path project) {
        super("keycloak", port, "KEYCLOAK_PORT", stack.log("keycloak"), STOP_WITHIN);
        this.folder = stack.path().resolve("keycloak");
        this.data = folder.resolve("data");
        this.project = project;
        this.passwords =
                Passwords.in(
                        folder, Stream.concat(USERS.stream(), Stream.of(ADMINISTRATOR)).toList());
    }

    /// Where it serves.
    URI uri() {
        return URI.create("http://127.0.0.1:" + port());
    }

    /// The issuer of its tokens.
    URI issuer() {
        return uri().resolve("/realms/orders");
    }

    /// Where the passwords of its users are.
    Path passwordFile() {
        return Passwords.file(folder);
    }

    /// A command of a shell that sets the variable `TOKEN` to an access token of a user. No
    /// password is an argument of a program, which others on this machine could read.
    String tokenCommand(String user) {
        return """
        TOKEN=$(sed -n 's/^%1$s=/password=/p' '%2$s' | curl -s %3$s/protocol/openid-connect/token \
        -d grant_type=password -d client_id=orders-cli -d username=%1$s -d @- | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')\
        """
                .formatted(user, passwordFile(), issuer());
    }

    @Override
    List<String> command() throws IOException {
        String program = KeycloakPrograms.program(project).toString();
        if (!Files.exists(data)) {
            create(program);
        }
        return List.of(program, "start", "--optimized");
    }

    @Override
    Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(KeycloakPrograms.environment());
        environment.put("KC_CACHE", "local");
        environment.put("KC_DB_URL_PATH", data.toString());
        environment.put("KC_HTTP_ENABLED", "true");
        environment.put("KC_HTTP_HOST", "127.0.0.1");
        environment.put("KC_HTTP_PORT", Integer.toString(port()));
        environment.put("KC_HOSTNAME", uri().toString());
        return environment;
    }

    @Override
    Optional<String> notReady() {
        return HttpProbe.missing(URI.create(issuer() + "/.well-known/openid-configuration"));
    }

    /// Makes the database, with what is in the realm's file.
    private void create(String program) throws IOException {
        Path unfinished = folder.resolve("data.unfinished");
        Installation.deleteAll(unfinished);
        Path realm = folder.resolve("realm.json");
        try (InputStream source = KeycloakServer.class.getResourceAsStream("keycloak-realm.json")) {
            Files.copy(source, realm, StandardCopyOption.REPLACE_EXISTING);
        }
        Map<String, String> environment = new HashMap<>(environment());
        environment.put("KC_DB_URL_PATH", unfinished.toString());
        environment.put("KC_BOOTSTRAP_ADMIN_USERNAME", ADMINISTRATOR);
        environment.put("KC_BOOTSTRAP_ADMIN_PASSWORD", passwords.of(ADMINISTRATOR));
        for (String user : USERS) {
            environment.put(user.toUpperCase(Locale.ROOT) + "_PASSWORD", passwords.of(user));
        }
        Shell.Result result =
                Shell.run(
                        List.of(program, "import", "--optimized", "--file=" + realm),
                        environment,
                        CREATE_WITHIN);
        if (!result.isSuccess()) {
            throw new DevStackFailure("Keycloak cannot import its realm: " + result.output());
        }
        Files.move(unfinished, data, StandardCopyOption.ATOMIC_MOVE);
    }
}
