package orders.acceptance.replay;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// What the command line says.
///
/// @param rate orders that start in a second; empty: `concurrency` at a time, as fast as it goes
/// @param concurrency orders at a time, and reads at a time when verifying
/// @param patience how long one command is tried, and how long the read side may take to catch up
record ReplaySettings(
        Path file,
        URI commandUrl,
        URI queryUrl,
        int concurrency,
        Optional<Double> rate,
        String prefix,
        boolean verify,
        Duration patience) {

    static final String USAGE =
            """
            Feeds a file of orders (one JSON object a line, plain or .gz) through the public API.
              --file FILE                   what to feed (required)
              --command-url URL             default http://127.0.0.1:8080
              --query-url URL               default http://127.0.0.1:8081
              --concurrency N               orders at a time, default 16
              --rate N                      start N orders a second instead, however long each takes
              --prefix TEXT                 before every order and customer id, default retail-
              --verify true|false           compare the read side with the file afterwards, default true
              --patience SECONDS            for one command, and for the read side, default 60
            """;

    private static final Map<String, String> DEFAULTS =
            Map.of(
                    "--command-url", "http://127.0.0.1:8080",
                    "--query-url", "http://127.0.0.1:8081",
                    "--concurrency", "16",
                    "--rate", "",
                    "--prefix", "retail-",
                    "--verify", "true",
                    "--patience", "60");

    /// Reads `--name value` pairs.
    ///
    /// @throws IllegalArgumentException says what is wrong
    static ReplaySettings of(String... arguments) {
        Map<String, String> values = values(arguments);
        if (!values.containsKey("--file")) {
            throw new IllegalArgumentException("--file is missing");
        }
        return new ReplaySettings(
                Path.of(values.get("--file")),
                url(values, "--command-url"),
                url(values, "--query-url"),
                (int) positive(values, "--concurrency"),
                values.get("--rate").isEmpty()
                        ? Optional.empty()
                        : Optional.of(positive(values, "--rate")),
                values.get("--prefix"),
                isTrue(values, "--verify"),
                Duration.ofSeconds((long) positive(values, "--patience")));
    }

    private static Map<String, String> values(String... arguments) {
        Map<String, String> values = new HashMap<>(DEFAULTS);
        for (int index = 0; index < arguments.length; index += 2) {
            String name = arguments[index];
            if (!DEFAULTS.containsKey(name) && !name.equals("--file")) {
                throw new IllegalArgumentException("unknown setting " + name);
            }
            if (index + 1 == arguments.length) {
                throw new IllegalArgumentException(name + " needs a value");
            }
            values.put(name, arguments[index + 1]);
        }
        return values;
    }

    private static URI url(Map<String, String> values, String name) {
        String text = values.get(name);
        return URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
    }

    private static double positive(Map<String, String> values, String name) {
        try {
            double number = Double.parseDouble(values.get(name));
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(name + " is no number", notANumber);
        }
        throw new IllegalArgumentException(name + " is not above 0");
    }

    private static boolean isTrue(Map<String, String> values, String name) {
        return switch (values.get(name)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(name + " is neither true nor false");
        };
    }
}
