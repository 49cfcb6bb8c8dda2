package orders.command.api;

import static io.restassured.RestAssured.given;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.util.Locale;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Set;
import orders.command.CommandStack;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(CommandStack.class)
class OpenApiTest {

    @Test
    void the_document_describes_exactly_the_calls_that_there_are() {
        JsonPath document = given().accept("application/json").get("/q/openapi").jsonPath();
        Map<String, Map<String, Object>> paths = document.getMap("paths");

        assertEquals(
                Resources.METHODS,
                paths.entrySet().stream()
                        .collect(toMap(Entry::getKey, path -> methods(path.getValue()))));
    }

    private static Set<String> methods(Map<String, Object> calls) {
        return calls.keySet().stream()
                .map(method -> method.toUpperCase(Locale.ROOT))
                .collect(toSet());
    }
}
