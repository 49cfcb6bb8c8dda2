package orders.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The fields of one JSON object, read by rules. Everything that is wrong is collected, and said at
/// once by [#done].
public final class Fields {

    private final String path;
    private final Map<String, Json> values;
    private final List<Violation> violations;

    private Fields(
            String path, Json.Members members, Set<String> known, List<Violation> violations) {
        this.path = path;
        this.values = members.values();
        this.violations = violations;
        values.keySet().stream()
                .filter(name -> !known.contains(name))
                .forEach(name -> violate(name, "is not known"));
    }

    /// The fields of a body, of which only `known` may be there. An empty body counts as `{}`.
    ///
    /// @throws InvalidRequest when `body` is not a JSON object
    public static Fields of(byte[] body, String... known) {
        return of(body, new ArrayList<>(), known);
    }

    /// The same, for a request that is wrong in other places too: those are in `violations`, which
    /// gets what is wrong with the body.
    ///
    /// @throws InvalidRequest when `body` is not a JSON object
    public static Fields of(byte[] body, List<Violation> violations, String... known) {
        Json.Members members =
                body.length == 0 ? new Json.Members(Map.of()) : Json.parse(body, violations);
        return new Fields("", members, Set.of(known), violations);
    }

    /// A value that must be there; empty when it is wrong.
    public <T> Optional<T> required(String name, Rule<T> rule) {
        if (isAbsent(name)) {
            violate(name, "is required");
            return Optional.empty();
        }
        return read(name, rule);
    }

    /// A value that may be missing (or `null`); empty then, and when it is wrong.
    public <T> Optional<T> optional(String name, Rule<T> rule) {
        return isAbsent(name) ? Optional.empty() : read(name, rule);
    }

    /// The fields of each object in the list `name`, which must have `min` to `max` of them.
    public List<Fields> requiredObjects(String name, int min, int max, String... known) {
        List<Fields> objects = new ArrayList<>();
        List<Json> elements = required(name, Rule.list(min, max)).orElse(List.of());
        for (int i = 0; i < elements.size(); i++) {
            String element = name + "[" + i + "]";
            if (elements.get(i) instanceof Json.Members members) {
                objects.add(new Fields(at(element), members, Set.of(known), violations));
            } else {
                violate(element, "must be an object");
            }
        }
        return objects;
    }

    /// Ends the reading.
    ///
    /// @throws InvalidRequest when anything was wrong
    public void done() {
        if (!violations.isEmpty()) {
            throw new InvalidRequest(violations);
        }
    }

    private boolean isAbsent(String name) {
        Json value = values.get(name);
        return value == null || value instanceof Json.Null;
    }

    private <T> Optional<T> read(String name, Rule<T> rule) {
        try {
            return Optional.of(rule.read(values.get(name)));
        } catch (Rule.Broken broken) {
            violate(name, broken.getMessage());
            return Optional.empty();
        }
    }

    private void violate(String name, String message) {
        Violation.add(violations, at(name), message);
    }

    private String at(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
