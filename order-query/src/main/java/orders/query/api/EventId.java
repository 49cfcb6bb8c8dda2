package orders.query.api;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import orders.query.readmodel.summaries.ChangePosition;

/// The id of an event of a stream, opaque to clients: how far its receiver has come.
final class EventId {

    private static final int LONGEST = 4_000;
    private static final Pattern PLAIN =
            Pattern.compile("(?:[0-9]{1,6}:[0-9]{1,18}(?:,[0-9]{1,6}:[0-9]{1,18})*)?");

    private EventId() {}

    static String encode(ChangePosition position) {
        String plain =
                new TreeMap<>(position.nextPlaces())
                        .entrySet().stream()
                                .map(next -> next.getKey() + ":" + next.getValue())
                                .collect(Collectors.joining(","));
        return "1"
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(plain.getBytes(StandardCharsets.US_ASCII));
    }

    /// Reads what [#encode] wrote; empty when it did not write that.
    static Optional<ChangePosition> decode(String text) {
        if (!text.startsWith("1") || text.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            String plain =
                    new String(
                            Base64.getUrlDecoder().decode(text.substring(1)),
                            StandardCharsets.US_ASCII);
            if (!PLAIN.matcher(plain).matches()) {
                return Optional.empty();
            }
            Map<Integer, Long> places = new HashMap<>();
            for (String next : plain.split(",", -1)) {
                int colon = next.indexOf(':');
                if (colon > 0) {
                    places.put(
                            Integer.parseInt(next.substring(0, colon)),
                            Long.parseLong(next.substring(colon + 1)));
                }
            }
            return Optional.of(new ChangePosition(places));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }
}
