package orders.acceptance;

import static orders.acceptance.RunningSystem.unique;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/// An issuer that changes its keys, and one that is away.
@ExtendWith(WithRunningSystem.class)
@ResourceLock(value = "services", mode = ResourceAccessMode.READ)
@Execution(ExecutionMode.SAME_THREAD)
class IssuerTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String CHECK = "checks.find { it.name == 'Issuer of tokens' }.";

    private static SecuredSystem system;

    @BeforeAll
    static void start(RunningSystem open) {
        system =
                SecuredSystem.start(
                        open,
                        "issuer",
                        Map.of("QUARKUS_OIDC_TOKEN_FORCED_JWK_REFRESH_INTERVAL", "0.1S"));
    }

    @AfterAll
    static void stop() {
        system.close();
    }

    private static String admin() {
        return system.issuer().token("the admin", null, "projections-admin");
    }

    @Test
    void tokens_of_a_new_key_are_taken_and_those_of_the_old_one_no_longer() {
        String old = admin();
        system.command(old).get("/relay").then().statusCode(200);

        system.issuer().rotateKeys();

        await().atMost(SOON).until(() -> system.command(admin()).get("/relay").statusCode() == 200);
        system.command(old).get("/relay").then().statusCode(401);
    }

    @Test
    void keys_that_are_known_go_on_working_while_the_issuer_is_away() {
        String token = admin();
        await().atMost(SOON)
                .until(() -> system.query(token).get("/projections").statusCode() == 200);
        readiness().statusCode(200).body(CHECK + "data.reachable", is(true));

        system.issuer().pause();
        try {
            system.query(token).get("/projections").then().statusCode(200);
            readiness().statusCode(200).body(CHECK + "data.reachable", is(false));
        } finally {
            system.issuer().resume();
        }
    }

    private static ValidatableResponse readiness() {
        return RestAssured.get(system.query().uri().resolve("/q/health/ready")).then();
    }

    @Test
    void administrative_calls_and_refusals_are_in_the_audit_log() throws Exception {
        String correlationId = unique("audit");
        await().atMost(SOON)
                .until(() -> system.query(admin()).get("/projections").statusCode() == 200);

        system.query(admin())
                .header("Correlation-Id", correlationId)
                .delete("/projections/order-timeline/rebuild");
        system.query("no token").header("Correlation-Id", correlationId).get("/orders");

        String log = Files.readString(Path.of("target/system/issuer-query.log"));
        assertTrue(
                log.contains(
                        """
                        {"subject":"the admin","action":"DELETE",\
                        "object":"/projections/order-timeline/rebuild","outcome":404,\
                        "correlationId":"%s"}\
                        """
                                .formatted(correlationId)),
                log);
        assertTrue(
                log.contains(
                        """
                        {"subject":null,"action":"GET","object":"/orders","outcome":401,\
                        "correlationId":"%s"}\
                        """
                                .formatted(correlationId)),
                log);
    }
}
