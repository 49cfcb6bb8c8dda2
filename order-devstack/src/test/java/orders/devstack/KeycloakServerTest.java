package orders.devstack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real Keycloak, and the tokens that the command of the report gets from it.
@Tag("keycloak")
class KeycloakServerTest {

    @TempDir static Path folder;

    static DataFolder data;
    static KeycloakServer keycloak;

    @BeforeAll
    static void start() {
        data = DataFolder.open(folder.resolve("a folder"));
        keycloak = new KeycloakServer(0, data, TargetFolder.find().project());
        keycloak.start();
    }

    @AfterAll
    static void stop() {
        keycloak.stop();
        data.close();
    }

    @Test
    void a_token_says_who_issued_it_and_for_whom_it_is() {
        Document token = tokenOf("ada");

        assertEquals(keycloak.issuer().toString(), token.getString("iss"));
        assertTrue(audience(token).contains("orders"), token.toJson());
        int seconds = token.getInteger("exp") - token.getInteger("iat");
        assertEquals(600, seconds);
    }

    @Test
    void a_customers_token_names_the_customer() {
        assertEquals("ada", tokenOf("ada").getString("customer_id"));
        assertEquals("ben", tokenOf("ben").getString("customer_id"));
        assertFalse(tokenOf("staff").containsKey("customer_id"));
    }

    @Test
    void a_token_carries_the_roles_of_its_user() {
        assertRoles("ada", "orders-read", "orders-write");
        assertRoles("ben", "orders-read", "orders-write");
        assertRoles("staff", "orders-read", "orders-staff", "orders-write");
        assertRoles("admin", "orders-read", "orders-staff", "projections-admin");
    }

    @Test
    void passwords_and_users_stay_over_stop_and_start() {
        String subject = tokenOf("ben").getString("sub");

        keycloak.stop();
        keycloak.start();

        assertEquals(subject, tokenOf("ben").getString("sub"));
    }

    @Test
    void only_the_owner_can_read_the_passwords() throws Exception {
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(keycloak.passwordFile())));
    }

    private static void assertRoles(String user, String... roles) {
        Document token = tokenOf(user);
        assertEquals(
                List.of(roles),
                token.getEmbedded(List.of("realm_access", "roles"), List.<String>of()).stream()
                        .sorted()
                        .toList());
    }

    private static List<String> audience(Document token) {
        return token.get("aud") instanceof String one
                ? List.of(one)
                : token.getList("aud", String.class);
    }

    private static Document tokenOf(String user) {
        String script = keycloak.tokenCommand(user) + "; echo \"$TOKEN\"";
        String token = Shell.run(List.of("bash", "-c", script), Map.of()).output();
        String payload = token.split("\\.", -1)[1];
        return Document.parse(
                new String(Base64.getUrlDecoder().decode(payload), StandardCharsets.UTF_8));
    }
}
