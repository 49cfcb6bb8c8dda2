package orders.acceptance;

import static io.restassured.RestAssured.given;

import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import orders.devstack.ServerProcess;
import orders.devstack.ServiceProcess;
import orders.devstack.TestIssuer;

/// Instances of both services that ask for tokens, beside those of a [RunningSystem] that do not.
final class SecuredSystem implements AutoCloseable {

    private final TestIssuer issuer = TestIssuer.start();
    private final ServiceProcess command;
    private final ServiceProcess query;

    private SecuredSystem(RunningSystem system, String name, Map<String, String> settings) {
        Map<String, String> secured = new HashMap<>(settings);
        secured.put("QUARKUS_OIDC_AUTH_SERVER_URL", issuer.url());
        command = system.another("order-command", name + "-command", secured);
        query = system.another("order-query", name + "-query", secured);
    }

    /// Starts both.
    ///
    /// @param name of the processes and their logs
    /// @param settings added to those of the services
    static SecuredSystem start(RunningSystem system, String name, Map<String, String> settings) {
        var secured = new SecuredSystem(system, name, settings);
        try {
            Stream.of(secured.command, secured.query).parallel().forEach(ServerProcess::start);
            return secured;
        } catch (RuntimeException failed) {
            secured.close();
            throw failed;
        }
    }

    TestIssuer issuer() {
        return issuer;
    }

    ServiceProcess command() {
        return command;
    }

    ServiceProcess query() {
        return query;
    }

    /// A request to order-command with this token.
    RequestSpecification command(String token) {
        return to(command, token).contentType(ContentType.JSON);
    }

    /// A request to order-query with this token.
    RequestSpecification query(String token) {
        return to(query, token);
    }

    private static RequestSpecification to(ServiceProcess service, String token) {
        return given().baseUri(service.uri().toString())
                .urlEncodingEnabled(false)
                .header("Authorization", "Bearer " + token);
    }

    @Override
    public void close() {
        try (issuer) {
            Stream.of(command, query).parallel().forEach(ServerProcess::stop);
        }
    }
}
