package orders.devstack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.bson.Document;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The realm that is imported into Keycloak.
class KeycloakRealmTest {

    static Document realm;

    @BeforeAll
    static void read() throws Exception {
        try (InputStream file = KeycloakServer.class.getResourceAsStream("keycloak-realm.json")) {
            realm = Document.parse(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void no_password_is_in_it() {
        assertEquals(
                List.of(
                        "${ADA_PASSWORD}",
                        "${BEN_PASSWORD}",
                        "${STAFF_PASSWORD}",
                        "${ADMIN_PASSWORD}"),
                users().stream()
                        .flatMap(user -> user.getList("credentials", Document.class).stream())
                        .map(credential -> credential.getString("value"))
                        .toList());
        assertFalse(realm.toJson().contains("secret"));
    }

    @Test
    void users_have_the_roles_of_their_job() {
        assertEquals(
                Map.of(
                        "ada", Set.of("orders-read", "orders-write"),
                        "ben", Set.of("orders-read", "orders-write"),
                        "staff", Set.of("orders-read", "orders-write", "orders-staff"),
                        "admin", Set.of("orders-read", "orders-staff", "projections-admin")),
                byName(user -> Set.copyOf(user.getList("realmRoles", String.class))));
    }

    @Test
    void customers_are_ada_and_ben() {
        assertEquals(
                Map.of("ada", "ada", "ben", "ben", "staff", "none", "admin", "none"),
                byName(user ->
                        user.getEmbedded(List.of("attributes", "customer_id"), List.of("none"))
                                .getFirst()));
    }

    @Test
    void the_only_client_takes_passwords_and_nothing_else() {
        List<Document> clients = realm.getList("clients", Document.class);
        Document client = clients.getFirst();

        assertEquals(1, clients.size());
        assertEquals("orders-cli", client.getString("clientId"));
        assertTrue(client.getBoolean("publicClient"));
        assertTrue(client.getBoolean("directAccessGrantsEnabled"));
        for (String other :
                List.of("standardFlowEnabled", "implicitFlowEnabled", "serviceAccountsEnabled")) {
            assertFalse(client.getBoolean(other), other);
        }
    }

    private static List<Document> users() {
        return realm.getList("users", Document.class);
    }

    private static <T> Map<String, T> byName(Function<Document, T> property) {
        return users().stream()
                .collect(Collectors.toMap(user -> user.getString("username"), property));
    }
}
