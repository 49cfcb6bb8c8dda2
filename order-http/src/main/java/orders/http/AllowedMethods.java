package orders.http;

import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.regex.Pattern;

/// Which methods each path of a service has. The framework tells those of a whole class, or none.
public final class AllowedMethods {

    private final Map<Pattern, String> methods = new HashMap<>();

    /// Those of a service; [ProblemResource] is added.
    ///
    /// @param methods like `GET, HEAD, OPTIONS`, by regular expressions of paths
    public AllowedMethods(Map<String, String> methods) {
        methods.forEach(this::add);
        add("/problems/[^/]+", "GET, HEAD, OPTIONS");
    }

    private void add(String path, String allowed) {
        methods.put(Pattern.compile("(" + path + ")/?"), allowed);
    }

    /// The methods of a request's path; empty when there is no such path.
    Optional<String> at(RoutingContext request) {
        return methods.entrySet().stream()
                .filter(path -> path.getKey().matcher(request.normalizedPath()).matches())
                .map(Entry::getValue)
                .findFirst();
    }
}
