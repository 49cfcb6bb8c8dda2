package orders.query.readmodel.search;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Shows in found orders what matched, as HTML: the words in `em`, all else escaped. Words are what
/// they are to the index. Elasticsearch itself would spend more on this, with words that are almost
/// equal, than on finding the orders.
///
/// For one question; remembers the words that it has seen.
final class Highlights {

    /// Those that say the most, in the order of the field.
    private static final int MOST_LINES = 3;

    private static final String IDEOGRAPH = "[\\p{IsIdeographic}\\p{IsHiragana}]";
    private static final String LETTERS =
            "[\\w[\\p{L}\\p{N}\\p{M}\\p{Pc}&&[^\\p{IsIdeographic}\\p{IsHiragana}]]]++";
    private static final String PICTURE =
            "\\p{IsExtended_Pictographic}[\\p{M}\\p{IsEmoji_Modifier}]*+";

    /// As the standard analyser cuts texts (Unicode Standard Annex 29): letters and digits, and
    /// what stands between two letters or two digits; ideographs and pictures one by one.
    private static final Pattern WORD =
            Pattern.compile(
                    LETTERS
                            + "(?:(?:(?<=\\p{L})['’.:·](?=\\p{L})|(?<=\\p{N})['’.,;](?=\\p{N}))"
                            + LETTERS
                            + ")*+|"
                            + IDEOGRAPH
                            + "\\p{M}*+|"
                            + PICTURE
                            + "(?:\\u200D"
                            + PICTURE
                            + ")*+");

    private final List<String> tokens;
    private final List<int[]> wanted;
    private final Map<String, Boolean> seen = new HashMap<>();

    /// @param text what the caller looks for
    Highlights(String text) {
        this.tokens = Words.tokens(text);
        this.wanted =
                tokens.stream()
                        .flatMap(token -> WORD.matcher(token).results())
                        .map(word -> word.group().codePoints().toArray())
                        .toList();
    }

    /// What matches in `order`, by field; fields without a match are missing.
    Map<String, List<String>> of(OrderDocument order) {
        Map<String, List<String>> highlights = new LinkedHashMap<>();
        highlights.put("descriptions", lines(order.descriptions()));
        highlights.put("customerName", lines(texts(order.customerName())));
        highlights.put("productIds", ids(order.productIds()));
        highlights.put("orderId", ids(texts(order.orderId())));
        highlights.values().removeIf(List::isEmpty);
        return highlights;
    }

    private static List<String> texts(String text) {
        return Stream.ofNullable(text).toList();
    }

    private List<String> ids(List<String> ids) {
        return ids.stream()
                .filter(id ->
                        tokens.stream()
                                .flatMap(token -> Words.ids(token).stream())
                                .anyMatch(id::equalsIgnoreCase))
                .distinct()
                .limit(MOST_LINES)
                .map(id -> "<em>" + escaped(id) + "</em>")
                .toList();
    }

    /// @param words of it that matched
    private record Line(String text, List<MatchResult> words) {

        /// How many different ones.
        long matches() {
            return words.stream().map(MatchResult::group).distinct().count();
        }

        String html() {
            StringBuilder html = new StringBuilder();
            int done = 0;
            for (MatchResult word : words) {
                html.append(escaped(text.substring(done, word.start())))
                        .append("<em>")
                        .append(escaped(word.group()))
                        .append("</em>");
                done = word.end();
            }
            return html.append(escaped(text.substring(done))).toString();
        }
    }

    private List<String> lines(List<String> texts) {
        List<Line> lines =
                texts.stream()
                        .distinct()
                        .map(text -> new Line(text, matches(text)))
                        .filter(line -> !line.words().isEmpty())
                        .toList();
        return lines.stream()
                .sorted(Comparator.comparingLong(Line::matches).reversed())
                .limit(MOST_LINES)
                .sorted(Comparator.comparingInt(lines::indexOf))
                .map(Line::html)
                .toList();
    }

    private List<MatchResult> matches(String text) {
        return WORD.matcher(text)
                .results()
                .filter(word -> seen.computeIfAbsent(word.group(), this::isWanted))
                .toList();
    }

    private boolean isWanted(String word) {
        int[] letters = Words.folded(word).codePoints().toArray();
        return wanted.stream().anyMatch(each -> isWithin(typos(each.length), each, letters));
    }

    /// How many a word may have: Elasticsearch's fuzziness `AUTO`.
    private static int typos(int length) {
        return length < 3 ? 0 : length < 6 ? 1 : 2;
    }

    /// Whether so many insertions, deletions, replacements and swaps of neighbours make one word of
    /// the other (optimal string alignment, as Lucene counts).
    private static boolean isWithin(int typos, int[] one, int[] other) {
        if (typos == 0 || Math.abs(one.length - other.length) > typos) {
            return Arrays.equals(one, other);
        }
        int[][] distance = new int[one.length + 1][other.length + 1];
        for (int i = 0; i <= one.length; i++) {
            for (int j = 0; j <= other.length; j++) {
                distance[i][j] =
                        i == 0 || j == 0 ? Math.max(i, j) : step(distance, one, other, i, j);
            }
        }
        return distance[one.length][other.length] <= typos;
    }

    private static int step(int[][] distance, int[] one, int[] other, int i, int j) {
        int replaced = distance[i - 1][j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
        int least = Math.min(replaced, 1 + Math.min(distance[i - 1][j], distance[i][j - 1]));
        boolean isSwap = i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
        return isSwap ? Math.min(least, distance[i - 2][j - 2] + 1) : least;
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#x27;")
                .replace("/", "&#x2F;");
    }
}
