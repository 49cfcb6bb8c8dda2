package orders.query.readmodel.search;

import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What a caller looks for, as conditions of Elasticsearch. The text is only ever a value in them:
/// there is no syntax that it could use or break. Texts and questions are compared as [#folded]
/// makes them.
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

    private static final Pattern PUNCTUATION = Pattern.compile("\\p{P}+");
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    private static final Pattern END_OF_SENTENCE = Pattern.compile("[._-]+$");

    private Words() {}

    /// `text` without differences of case and of how its characters are composed: by Unicode's full
    /// case folding and its normalization form KC.
    static String folded(String text) {
        String cased =
                Normalizer.normalize(text, Form.NFKC)
                        .toLowerCase(Locale.ROOT)
                        .toUpperCase(Locale.ROOT)
                        .toLowerCase(Locale.ROOT)
                        .replace('\u03c2', '\u03c3');
        return Normalizer.normalize(cased, Form.NFKC);
    }

    /// `text` [#folded], when the index would not make that of it by itself: it makes lower case of
    /// each character.
    static Optional<String> foldedOtherwise(String text) {
        String lower =
                text.codePoints()
                        .map(Character::toLowerCase)
                        .collect(
                                StringBuilder::new,
                                StringBuilder::appendCodePoint,
                                StringBuilder::append)
                        .toString();
        return Optional.of(folded(text)).filter(folded -> !folded.equals(lower));
    }

    /// The condition that an order has any of the words in `text`.
    static Map<String, Object> anyOf(String text) {
        List<String> tokens = tokens(text);
        List<Object> conditions = new ArrayList<>();
        tokens.forEach(token -> conditions.add(Map.of("dis_max", Map.of("queries", has(token)))));
        long words = tokens.stream().filter(token -> !PUNCTUATION.matcher(token).matches()).count();
        if (words > 1 && words <= MOST_IN_ONE_LINE) {
            var line = Map.of("descriptions", Map.of("query", folded(text), "slop", ONE_LINE));
            conditions.add(constant(Map.of("match_phrase", line), IN_ONE_LINE));
        }
        return Map.of("bool", Map.of("should", conditions, "minimum_should_match", 1));
    }

    /// What stands between spaces, folded, each once.
    static List<String> tokens(String text) {
        return SPACE.splitAsStream(folded(text))
                .filter(token -> !token.isEmpty())
                .distinct()
                .toList();
    }

    /// What of `token` may be an id: without what stands around it, and with or without the dot
    /// behind it.
    static List<String> ids(String token) {
        return ID.matcher(token)
                .results()
                .map(MatchResult::group)
                .flatMap(id -> Stream.of(id, END_OF_SENTENCE.matcher(id).replaceFirst("")))
                .distinct()
                .toList();
    }

    private static List<Object> has(String token) {
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
        ids(token)
                .forEach(id -> {
                    Map<String, Object> asId = Map.of("value", id, "case_insensitive", true);
                    double words = WORD.matcher(id).results().count();
                    IDS.forEach(field ->
                            ways.add(constant(Map.of("term", Map.of(field, asId)), words)));
                });
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
