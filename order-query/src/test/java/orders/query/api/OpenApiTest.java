package orders.query.api;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orders.query.QueryStack;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(QueryStack.class)
class OpenApiTest {

    /// The calls of all resources, like `GET /orders/{orderId}`; found, so that none is forgotten.
    private static final Set<String> CALLS =
            new ClassFileImporter()
                    .importPackagesOf(OpenApiTest.class).stream()
                            .filter(type -> type.isAnnotatedWith(Path.class))
                            .map(JavaClass::reflect)
                            .flatMap(OpenApiTest::calls)
                            .collect(Collectors.toCollection(TreeSet::new));

    @Test
    void every_call_is_described() {
        Map<String, Map<String, Object>> document =
                given().accept("application/json").get("/q/openapi").jsonPath().getMap("paths");
        Set<String> undescribed = new TreeSet<>(CALLS);

        document.forEach((path, calls) ->
                calls.keySet()
                        .forEach(method ->
                                undescribed.remove(method.toUpperCase(Locale.ROOT) + " " + path)));

        assertEquals(Set.of(), undescribed);
        assertTrue(CALLS.contains("GET /orders/{orderId}"), CALLS::toString);
    }

    private static Stream<String> calls(Class<?> resource) {
        return Arrays.stream(resource.getDeclaredMethods())
                .flatMap(method ->
                        httpMethod(method)
                                .map(name -> name + " " + path(resource) + path(method))
                                .map(call -> call.replaceAll("/+", "/")));
    }

    private static Stream<String> httpMethod(Method method) {
        return Arrays.stream(method.getAnnotations())
                .map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
                .filter(found -> found != null)
                .map(HttpMethod::value);
    }

    private static String path(AnnotatedElement element) {
        Path path = element.getAnnotation(Path.class);
        return path == null ? "" : "/" + path.value();
    }
}
