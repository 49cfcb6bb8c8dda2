package orders.acceptance;

import static io.restassured.RestAssured.given;
import static orders.acceptance.RunningSystem.unique;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.oneOf;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import orders.devstack.ServiceProcess;
import orders.devstack.TestIssuer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Who may call what, of `api.md`: every route of both services with every token that it must
/// refuse.
@ExtendWith(WithRunningSystem.class)
@ResourceLock(value = "services", mode = ResourceAccessMode.READ)
class AccessTest {

    private static final String READ = "orders-read";
    private static final String WRITE = "orders-write";
    private static final String STAFF = "orders-staff";
    private static final String ADMIN = "projections-admin";
    private static final Set<String> ROLES = Set.of(READ, WRITE, STAFF, ADMIN);
    private static final String STREAM = "/orders/stream";
    private static final String REBUILD = "/projections/order-timeline/rebuild";
    private static final String LETTERS = "/projections/order-timeline/dead-letters";

    /// @param roles that it needs, all of them
    record Route(String service, String method, String path, String body, Set<String> roles) {

        static Route command(String method, String path, String body, String... roles) {
            return new Route("order-command", method, path, body, Set.of(roles));
        }

        static Route query(String method, String path, String... roles) {
            return new Route("order-query", method, path, "", Set.of(roles));
        }

        Route posting(String json) {
            return new Route(service, method, path, json, roles);
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    private static final Route HEAD_OF_STREAM = Route.query("HEAD", STREAM, READ);

    private static final List<Route> ROUTES =
            List.of(
                    Route.command("PUT", "/customers/{customer}", "{\"name\": \"Ada\"}", WRITE),
                    Route.command("POST", "/orders", Api.twoCups("{new}", "{customer}"), WRITE),
                    Route.command(
                            "POST",
                            "/orders/{order}/items",
                            "{\"productId\": \"pot\", \"quantity\": 1, \"unitPrice\": \"1.00\"}",
                            WRITE),
                    Route.command("POST", "/orders/{order}/submit", "{}", WRITE),
                    Route.command(
                            "POST",
                            "/orders/{order}/payment",
                            "{\"method\": \"card\", \"amount\": \"9.00\"}",
                            WRITE),
                    Route.command(
                            "POST",
                            "/orders/{order}/ship",
                            "{\"carrier\": \"Post\", \"trackingNumber\": \"1\"}",
                            WRITE,
                            STAFF),
                    Route.command(
                            "POST", "/orders/{order}/cancel", "{\"reason\": \"late\"}", WRITE),
                    Route.command("GET", "/relay", "", ADMIN),
                    Route.command("POST", "/relay/held/{order}/retry", "{}", ADMIN),
                    Route.query("GET", "/orders", READ),
                    Route.query("GET", "/orders/{order}", READ),
                    Route.query("HEAD", "/orders/{order}", READ),
                    Route.query("GET", "/orders/{order}/events", READ),
                    Route.query("GET", "/customers/{customer}/orders", READ),
                    Route.query("GET", "/orders/search?q=cup", READ),
                    Route.query("GET", STREAM, READ),
                    HEAD_OF_STREAM,
                    Route.query("GET", "/stats/daily?from=2026-01-01&to=2026-01-02", STAFF),
                    Route.query("GET", "/projections", ADMIN),
                    Route.query("GET", "/projections/order-timeline", ADMIN),
                    Route.query("POST", REBUILD, ADMIN),
                    Route.query("DELETE", REBUILD, ADMIN),
                    Route.query("GET", LETTERS, ADMIN),
                    Route.query("POST", LETTERS + "/order-events-0-1/retry", ADMIN),
                    Route.query("POST", LETTERS + "/order-events-0-1/discard", ADMIN)
                            .posting("{\"reason\": \"broken\"}"));

    private static SecuredSystem system;
    private static Map<String, String> ids;

    @BeforeAll
    static void start(SecuredSystem secured) {
        system = secured;
        ids =
                Map.of(
                        "{order}", unique("order"),
                        "{customer}", unique("customer"),
                        "{new}", unique("new"));
        system.command(staff())
                .body(Api.twoCups(ids.get("{order}"), ids.get("{customer}")))
                .post("/orders")
                .then()
                .statusCode(202);
    }

    private static TestIssuer issuer() {
        return system.issuer();
    }

    private static String staff() {
        return issuer().token("staff", null, READ, WRITE, STAFF);
    }

    private static String everyRole(UnaryOperator<String> change) {
        return issuer().signed(change.apply(allClaims()));
    }

    private static String allClaims() {
        return issuer().claims("all", null, ROLES.toArray(String[]::new));
    }

    private static Map<String, String> badTokens() {
        long now = Instant.now().getEpochSecond();
        String valid = everyRole(claims -> claims);
        Map<String, String> tokens = new LinkedHashMap<>();
        tokens.put("no JWT", "abc");
        tokens.put(
                "expired",
                everyRole(claims -> claims.replaceAll("\"exp\": \\d+", "\"exp\": " + (now - 40))));
        tokens.put("no end", everyRole(claims -> claims.replaceAll("\"exp\": \\d+,", "")));
        tokens.put(
                "not yet valid",
                everyRole(claims ->
                        claims.replaceAll("\"exp\"", "\"nbf\": " + (now + 90) + ", \"exp\"")));
        tokens.put(
                "wrong issuer",
                everyRole(claims -> claims.replace(issuer().url(), "http://127.0.0.1:1")));
        tokens.put(
                "wrong audience",
                everyRole(claims -> claims.replace("\"aud\": \"orders\"", "\"aud\": \"bills\"")));
        tokens.put("no audience", everyRole(claims -> claims.replace("\"aud\": \"orders\",", "")));
        tokens.put("no subject", everyRole(claims -> claims.replace("\"sub\": \"all\",", "")));
        tokens.put("alg none", issuer().unsigned(allClaims()));
        tokens.put("HMAC with the public key", issuer().signedWithPublicKey(allClaims()));
        tokens.put(
                "tampered",
                valid.replace(
                        valid.split("\\.", -1)[1],
                        everyRole(claims -> claims.replace("\"sub\": \"all\"", "\"sub\": \"x\""))
                                .split("\\.", -1)[1]));
        return tokens;
    }

    @ParameterizedTest
    @FieldSource("ROUTES")
    void a_route_refuses_whoever_brings_no_valid_token(Route route) {
        refuses(route, given(), 401, "unauthorized", "no token")
                .header("WWW-Authenticate", equalTo("Bearer"));
        refuses(
                        route,
                        given().header("Authorization", "Basic YTpi"),
                        401,
                        "unauthorized",
                        "a password")
                .header("WWW-Authenticate", equalTo("Bearer"));
        badTokens()
                .forEach((name, token) ->
                        refuses(route, bearer(token), 401, "unauthorized", name)
                                .header("WWW-Authenticate", startsWith("Bearer")));
    }

    @ParameterizedTest
    @FieldSource("ROUTES")
    void a_route_refuses_whoever_lacks_a_role(Route route) {
        for (String missing : route.roles()) {
            String[] others =
                    ROLES.stream().filter(role -> !role.equals(missing)).toArray(String[]::new);
            String customerId = ids.get("{customer}");

            refuses(
                    route,
                    bearer(issuer().token("other", customerId, others)),
                    403,
                    "forbidden",
                    "no " + missing);
        }
    }

    @ParameterizedTest
    @FieldSource("ROUTES")
    void a_route_is_open_to_whoever_has_its_roles(Route route) {
        String[] roles =
                Stream.concat(route.roles().stream(), Stream.of(STAFF))
                        .distinct()
                        .toArray(String[]::new);

        // The stream itself would not end.
        call(
                        route.path().equals(STREAM) ? HEAD_OF_STREAM : route,
                        bearer(issuer().token("right", null, roles)))
                .then()
                .statusCode(oneOf(200, 202, 404, 409));
    }

    @Test
    void every_route_is_in_this_table() {
        for (String service : List.of("order-command", "order-query")) {
            Set<String> documented = new TreeSet<>();
            JsonPath document =
                    JsonPath.from(
                            bearer(staff())
                                    .baseUri(process(service).uri().toString())
                                    .get("/q/openapi?format=json")
                                    .then()
                                    .statusCode(200)
                                    .extract()
                                    .asString());
            Map<String, Map<String, Object>> paths = document.getMap("paths");
            paths.forEach((path, methods) ->
                    methods.keySet().stream()
                            .filter(method -> !path.startsWith("/problems/"))
                            .filter(method -> !method.equals("parameters"))
                            .forEach(method ->
                                    documented.add(
                                            method.toUpperCase(Locale.ROOT)
                                                    + " "
                                                    + path.replaceAll("\\{\\w+}", "*"))));
            Set<String> tested = new TreeSet<>();
            ROUTES.stream()
                    .filter(route -> route.service().equals(service))
                    .forEach(route -> tested.add(pattern(route)));
            documented.removeAll(tested);

            assertEquals(Set.of(), documented);
        }
    }

    private static String pattern(Route route) {
        String path =
                route.path()
                        .replaceAll("\\?.*", "")
                        .replaceAll("\\{\\w+}", "*")
                        .replace("order-timeline", "*")
                        .replace("order-events-0-1", "*");
        return route.method() + " " + path;
    }

    private static Response call(Route route, RequestSpecification request) {
        String path = filled(route.path());
        request.baseUri(process(route.service()).uri().toString()).urlEncodingEnabled(false);
        if (!route.body().isEmpty()) {
            request.contentType(ContentType.JSON).body(filled(route.body()));
        }
        return request.request(route.method(), path);
    }

    private static ValidatableResponse refuses(
            Route route, RequestSpecification request, int status, String slug, String name) {
        Response answer = call(route, request);
        assertEquals(status, answer.statusCode(), () -> name + ": " + answer.asString());
        ValidatableResponse checked =
                answer.then()
                        .header("Correlation-Id", notNullValue())
                        .contentType(equalTo("application/problem+json"));
        return route.method().equals("HEAD")
                ? checked
                : checked.body("type", is("/problems/" + slug));
    }

    private static String filled(String template) {
        String text = template;
        for (Entry<String, String> id : ids.entrySet()) {
            text = text.replace(id.getKey(), id.getValue());
        }
        return text;
    }

    private static RequestSpecification bearer(String token) {
        return given().header("Authorization", "Bearer " + token);
    }

    private static ServiceProcess process(String service) {
        return service.equals("order-command") ? system.command() : system.query();
    }
}
