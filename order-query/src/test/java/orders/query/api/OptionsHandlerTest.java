package orders.query.api;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.HashSet;
import java.util.Set;
import orders.query.QueryStack;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@QuarkusTest
@QuarkusTestResource(QueryStack.class)
class OptionsHandlerTest {

    static Set<String> paths() {
        return Resources.METHODS.keySet();
    }

    @ParameterizedTest
    @MethodSource("paths")
    void each_path_tells_its_methods(String path) {
        Set<String> methods = new HashSet<>(Resources.METHODS.get(path));
        methods.add("OPTIONS");
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }

        assertEquals(methods, allowed("PATCH", path, 405));
        assertEquals(methods, allowed("OPTIONS", path, 200));
    }

    @Test
    void there_are_no_methods_where_there_is_nothing() {
        given().options("/orders/x/nothing").then().statusCode(404);
    }

    private static Set<String> allowed(String method, String path, int status) {
        return Set.of(
                given().request(method, path.replaceAll("\\{\\w+}", "x"))
                        .then()
                        .statusCode(status)
                        .extract()
                        .header("Allow")
                        .split(", "));
    }
}
