package orders.acceptance;

import static orders.acceptance.RunningSystem.unique;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Addresses that hardly any client library sends. Both services refuse them with a problem, and
/// name them in no metric.
@ExtendWith(WithRunningSystem.class)
@ResourceLock(value = "services", mode = ResourceAccessMode.READ)
class BadAddressesTest {

    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(20);

    private final List<URI> services;
    private final String id = unique("bad");

    BadAddressesTest(RunningSystem system) {
        this.services = List.of(system.commandUri(), system.queryUri());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//",
                "/%zz",
                "/%ff",
                "/orders/{id}%",
                "/orders/{id}%f",
                "/orders/{id}%zz",
                "/orders/{id}%c3%28",
                "/orders/{id}{",
                "/orders/{id}\"",
                "/orders/{id};a=b",
                "/orders;{id}/",
                "/customers/{id};/orders",
                "/orders?status=%zz",
                "/orders?%zz",
                "/orders?status=%ff",
                "/orders?%ff",
                "/orders/{id}?%f",
                "/orders?status=ä",
                "/orders?status=ß",
                "/orders?a{b"
            })
    void what_is_no_address_is_a_problem(String template) throws IOException {
        String address = template.replace("{id}", id);
        for (URI service : services) {
            String answer = get(service, address);

            assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
            assertTrue(answer.contains("\r\nCorrelation-Id: " + id + "\r\n"), answer);
            assertTrue(answer.contains("\r\nContent-Type: application/problem+json\r\n"), answer);
            JsonPath problem = JsonPath.from(answer.substring(answer.indexOf("\r\n\r\n")));
            assertEquals("/problems/invalid-request", problem.getString("type"));
            assertEquals(id, problem.getString("correlationId"));
            assertEquals(address.replaceAll("\\?.*", ""), problem.getString("instance"));
            assertFalse(get(service, "/q/metrics").contains(id));
        }
    }

    /// The answer as it stands on the wire.
    private String get(URI service, String address) throws IOException {
        String head =
                """
                GET %s HTTP/1.1
                Host: localhost
                Correlation-Id: %s
                Connection: close

                """
                        .formatted(address, id)
                        .replace("\n", "\r\n");
        return RawHttp.answer(service, head, "", ANSWER_TIMEOUT);
    }
}
