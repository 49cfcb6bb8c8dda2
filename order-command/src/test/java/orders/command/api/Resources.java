package orders.command.api;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orders.http.ProblemResource;

/// All resources; found, so that none is forgotten.
final class Resources {

    /// The methods of each path, like `GET` of `/orders/{orderId}`.
    static final Map<String, Set<String>> METHODS =
            new ClassFileImporter()
                    .importPackagesOf(Resources.class, ProblemResource.class).stream()
                            .filter(type -> type.isAnnotatedWith(Path.class))
                            .map(JavaClass::reflect)
                            .flatMap(resource -> Arrays.stream(resource.getDeclaredMethods()))
                            .flatMap(Resources::calls)
                            .collect(
                                    Collectors.groupingBy(
                                            Call::path,
                                            TreeMap::new,
                                            Collectors.mapping(Call::method, Collectors.toSet())));

    private Resources() {}

    private record Call(String method, String path) {}

    private static Stream<Call> calls(Method method) {
        String path = path(method.getDeclaringClass()) + path(method);
        return Arrays.stream(method.getAnnotations())
                .map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
                .filter(found -> found != null)
                .map(found -> new Call(found.value(), path.replaceAll("/+", "/")));
    }

    private static String path(AnnotatedElement element) {
        Path path = element.getAnnotation(Path.class);
        return path == null ? "" : "/" + path.value();
    }
}
