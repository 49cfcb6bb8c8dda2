package orders.command.api;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orders.command.CommandStack;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(CommandStack.class)
class OpenApiTest {

    @Test
    void the_document_describes_exactly_the_calls_that_there_are() {
        JsonPath document = given().accept("application/json").get("/q/openapi").jsonPath();

        Set<String> described = new TreeSet<>();
        Map<String, Map<String, Object>> paths = document.getMap("paths");
        paths.forEach((path, calls) ->
                calls.keySet()
                        .forEach(method ->
                                described.add(method.toUpperCase(Locale.ROOT) + " " + path)));

        assertEquals(
                Stream.of(
                                OrderResource.class,
                                CustomerResource.class,
                                RelayResource.class,
                                ProblemResource.class)
                        .flatMap(OpenApiTest::calls)
                        .collect(Collectors.toCollection(TreeSet::new)),
                described);
    }

    private static Stream<String> calls(Class<?> resource) {
        return Arrays.stream(resource.getDeclaredMethods())
                .flatMap(method ->
                        httpMethod(method).stream()
                                .map(name -> name + " " + path(resource) + path(method)));
    }

    private static Optional<String> httpMethod(Method method) {
        return Arrays.stream(method.getAnnotations())
                .map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
                .filter(found -> found != null)
                .map(HttpMethod::value)
                .findFirst();
    }

    private static String path(AnnotatedElement element) {
        Path path = element.getAnnotation(Path.class);
        return path == null ? "" : path.value();
    }
}
