package orders.query.api;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import orders.query.QueryStack;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(QueryStack.class)
class OpenApiTest {

    @Test
    void every_call_is_described() {
        JsonPath document = given().accept("application/json").get("/q/openapi").jsonPath();
        Map<String, Map<String, Object>> described = document.getMap("paths");

        Resources.METHODS.forEach((path, methods) -> {
            Set<String> undescribed = new TreeSet<>(methods);
            described
                    .getOrDefault(path, Map.of())
                    .keySet()
                    .forEach(method -> undescribed.remove(method.toUpperCase(Locale.ROOT)));
            assertEquals(Set.of(), undescribed, path);
        });
    }
}
