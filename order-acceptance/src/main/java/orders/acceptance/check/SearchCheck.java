package orders.acceptance.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orders.acceptance.retail.RetailOrder.RetailItem;

/// Compares what is found by words with the input: by the product id and by the description of an
/// order's first line, among the orders of its customer.
final class SearchCheck {

    /// Other ids of the file are words like `POST`, which are almost others.
    private static final Pattern STOCK_CODE = Pattern.compile("[0-9]{5}[0-9A-Za-z]*");

    private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{N}]+");
    private static final int LONGEST_QUESTION = 200;

    private final ReadSide readSide;
    private final Differences differences;

    SearchCheck(ReadSide readSide, Differences differences) {
        this.readSide = readSide;
        this.differences = differences;
    }

    /// @param ofCustomer all orders of its customer
    void compare(ExpectedOrder order, List<ExpectedOrder> ofCustomer) {
        RetailItem line = order.lines().getFirst();
        if (STOCK_CODE.matcher(line.productId()).matches()) {
            compareByProduct(line.productId(), ofCustomer);
        }
        if (line.description().length() <= LONGEST_QUESTION
                && !words(Stream.of(line.description())).isEmpty()) {
            compareByDescription(line.description(), ofCustomer);
        }
    }

    /// All that have it come before those that almost have it.
    private void compareByProduct(String productId, List<ExpectedOrder> ofCustomer) {
        String word = productId.toLowerCase(Locale.ROOT);
        Set<String> having =
                ofCustomer.stream()
                        .filter(order -> words(order).contains(word))
                        .map(ExpectedOrder::orderId)
                        .collect(Collectors.toSet());
        differences.unlessEqual(
                "the first orders found by product " + productId,
                having,
                Set.copyOf(found(productId, ofCustomer).stream().limit(having.size()).toList()));
    }

    /// No order is better than one that has all the words.
    private void compareByDescription(String description, List<ExpectedOrder> ofCustomer) {
        Map<String, ExpectedOrder> byId =
                ofCustomer.stream()
                        .collect(Collectors.toMap(ExpectedOrder::orderId, Function.identity()));
        Set<String> missing = new HashSet<>(words(Stream.of(description)));
        found(description, ofCustomer).stream()
                .limit(1)
                .map(byId::get)
                .forEach(first -> missing.removeAll(words(first)));
        differences.unlessEqual(
                "what the first order found by " + description + " has not", Set.of(), missing);
    }

    /// Those that are known, best first.
    private List<String> found(String words, List<ExpectedOrder> ofCustomer) {
        Set<String> known =
                ofCustomer.stream().map(ExpectedOrder::orderId).collect(Collectors.toSet());
        return readSide
                .found(Optional.of(words), ofCustomer.getFirst().customer().customerId())
                .stream()
                .map((JsonNode hit) -> hit.path("orderId").asText())
                .filter(known::contains)
                .toList();
    }

    private static Set<String> words(ExpectedOrder order) {
        return words(
                Stream.concat(
                        Stream.of(order.customer().name()),
                        order.lines().stream()
                                .flatMap(line -> Stream.of(line.productId(), line.description()))));
    }

    private static Set<String> words(Stream<String> texts) {
        return texts.flatMap(BETWEEN_WORDS::splitAsStream)
                .filter(word -> !word.isEmpty())
                .map(word -> word.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
    }
}
