package orders.query.readmodel.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// What a caller looks for, as conditions of Elasticsearch. The text is only ever a value in them:
/// there is no syntax that it could use or break.
///
/// An order scores 1 for each word that it has, a little less for one that it almost has, and a bit
/// for having all words in one line. Ids count as all the words that they look like. All numbers
/// are sums of binary fractions, so equal matches score exactly the same.
final class Words {

    private static final double ALMOST = 15.0 / 16;
    private static final double IN_ONE_LINE = 3.0 / 8;

    /// Less than what Elasticsearch puts between two lines.
    private static final int ONE_LINE = 50;

    /// Comparing the places of more words costs more than it tells.
    private static final int MOST_IN_ONE_LINE = 8;

    private static final List<String> TEXTS = List.of("descriptions", "customerName");
    private static final List<String> IDS = List.of("productIds", "orderId");

    private static final Pattern SPACE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern WORD =
            Pattern.compile("[\\p{L}\\p{N}]+", Pattern.UNICODE_CHARACTER_CLASS);

    private Words() {}

    /// The condition that an order has any of the words in `text`.
    static Map<String, Object> anyOf(String text) {
        List<String> tokens = tokens(text);
        List<Object> conditions = new ArrayList<>();
        tokens.forEach(token -> conditions.add(Map.of("dis_max", Map.of("queries", has(token)))));
        if (tokens.size() > 1 && tokens.size() <= MOST_IN_ONE_LINE) {
            var line = Map.of("descriptions", Map.of("query", text, "slop", ONE_LINE));
            conditions.add(constant(Map.of("match_phrase", line), IN_ONE_LINE));
        }
        return Map.of("bool", Map.of("should", conditions, "minimum_should_match", 1));
    }

    /// What stands between spaces, in lower case, each once.
    static List<String> tokens(String text) {
        return SPACE.splitAsStream(text.toLowerCase(Locale.ROOT))
                .filter(token -> !token.isEmpty())
                .distinct()
                .toList();
    }

    private static List<Object> has(String token) {
        double words = Math.max(1, WORD.matcher(token).results().count());
        Map<String, Object> asId = Map.of("value", token, "case_insensitive", true);
        Map<String, Object> exact = Map.of("query", token);
        Map<String, Object> almost =
                Map.of(
                        "query",
                        token,
                        "fuzziness",
                        "AUTO",
                        "fuzzy_rewrite",
                        "constant_score",
                        "boost",
                        ALMOST);
        List<Object> ways = new ArrayList<>();
        IDS.forEach(id -> ways.add(constant(Map.of("term", Map.of(id, asId)), words)));
        TEXTS.forEach(text -> {
            ways.add(Map.of("match", Map.of(text, exact)));
            ways.add(Map.of("match", Map.of(text, almost)));
        });
        return ways;
    }

    private static Map<String, Object> constant(Map<String, ?> condition, double score) {
        return Map.of("constant_score", Map.of("filter", condition, "boost", score));
    }
}
