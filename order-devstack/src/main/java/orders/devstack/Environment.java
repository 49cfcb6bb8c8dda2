package orders.devstack;

import java.util.Map;
import java.util.Optional;

/// Environment variables as settings; an empty one counts as not set.
record Environment(Map<String, String> variables) {

    private static final int LAST_PORT = 65_535;

    Optional<String> text(String name) {
        return Optional.ofNullable(variables.get(name))
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }

    String required(String name) {
        return text(name).orElseThrow(() -> new DevStackFailure(name + " must be set"));
    }

    int port(String name, int otherwise) {
        return text(name).map(value -> port(name, value)).orElse(otherwise);
    }

    /// Whether a setting that knows one value only has it.
    boolean isSet(String name, String value) {
        Optional<String> wish = text(name);
        if (wish.filter(text -> !text.equals(value)).isPresent()) {
            throw new DevStackFailure(
                    "%s must be '%s', not '%s'".formatted(name, value, wish.get()));
        }
        return wish.isPresent();
    }

    private static int port(String name, String value) {
        if (value.matches("[0-9]{1,5}") && Integer.parseInt(value) <= LAST_PORT) {
            return Integer.parseInt(value);
        }
        throw new DevStackFailure(
                "%s must be a port from 0 (any free one) to %d, not '%s'"
                        .formatted(name, LAST_PORT, value));
    }
}
