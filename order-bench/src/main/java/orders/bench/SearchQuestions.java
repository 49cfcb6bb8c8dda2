package orders.bench;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What is searched for, by kind: words of the orders' own descriptions, each question with at
/// least a full page of answers.
final class SearchQuestions {

    /// Orders on a page.
    static final int PAGE_SIZE = 50;

    /// The kind that is a bit of each.
    static final String ALL = "all of these";

    private static final String SEARCH = "/orders/search?limit=" + PAGE_SIZE + "&q=";
    private static final Pattern NO_WORD = Pattern.compile("[^a-z]+");

    /// Shorter words have no room for a typo.
    private static final int LETTERS = 5;

    private static final int WORDS = 20;

    private final Random random = new Random(1);
    private final List<String> common;
    private final List<String> rare;
    private final List<String> filtered;

    /// When so many of the orders have been written.
    static SearchQuestions among(RetailOrders orders, int written) {
        int different = Math.min(orders.lines().size(), written);
        return new SearchQuestions(orders.lines().subList(0, different), written / different);
    }

    /// @param copies of each of these orders that there are
    SearchQuestions(List<RetailOrders.Line> orders, int copies) {
        Map<String, Integer> words = new HashMap<>();
        Map<String, Integer> inCountries = new HashMap<>();
        for (RetailOrders.Line line : orders) {
            String country = "&country=" + encoded(line.country());
            for (String word : words(line)) {
                words.merge(word, 1, Integer::sum);
                inCountries.merge(word + country, line.cancelled() ? 0 : 1, Integer::sum);
            }
        }
        List<String> byRarity = fullPages(words, copies);
        this.rare = byRarity.subList(0, WORDS);
        this.common = byRarity.subList(byRarity.size() - WORDS, byRarity.size());
        this.filtered = fullPages(inCountries, copies);
    }

    /// Rarest first.
    private static List<String> fullPages(Map<String, Integer> orders, int copies) {
        return orders.entrySet().stream()
                .filter(entry -> entry.getValue() * copies >= PAGE_SIZE)
                .sorted(
                        Map.Entry.<String, Integer>comparingByValue()
                                .thenComparing(Map.Entry.comparingByKey(Comparator.naturalOrder())))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static Set<String> words(RetailOrders.Line line) {
        return line.items().stream()
                .flatMap(item -> item.description().stream())
                .flatMap(text -> Arrays.stream(NO_WORD.split(text.toLowerCase(Locale.ROOT))))
                .filter(word -> word.length() >= LETTERS)
                .collect(Collectors.toSet());
    }

    /// Paths by their description.
    Map<String, Supplier<String>> kinds() {
        Map<String, Supplier<String>> kinds = new LinkedHashMap<>();
        kinds.put("one rare word", () -> SEARCH + one(rare));
        kinds.put("two common words", () -> SEARCH + one(common) + "+" + one(common));
        kinds.put("a typo", () -> SEARCH + mistyped(one(common)));
        kinds.put("a word in a country", () -> SEARCH + one(filtered) + "&status=SUBMITTED");
        List<Supplier<String>> each = List.copyOf(kinds.values());
        kinds.put(ALL, () -> one(each).get());
        return kinds;
    }

    private <T> T one(List<T> any) {
        return any.get(random.nextInt(any.size()));
    }

    /// Without one of its letters, but the first.
    private String mistyped(String word) {
        return new StringBuilder(word)
                .deleteCharAt(1 + random.nextInt(word.length() - 1))
                .toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
