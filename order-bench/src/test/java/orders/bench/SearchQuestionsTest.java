package orders.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import orders.model.CustomerId;
import orders.model.Money;
import orders.model.OrderItem;
import org.junit.jupiter.api.Test;

class SearchQuestionsTest {

    private static final int WORDS = 60;

    /// The word number n is in n + 1 orders.
    private final List<RetailOrders.Line> orders = orders();

    @Test
    void a_rare_word_is_in_enough_orders_for_a_page() {
        Supplier<String> rare = new SearchQuestions(orders, 10).kinds().get("one rare word");

        for (int i = 0; i < 1_000; i++) {
            int inOrders = wordOf(rare.get()) + 1;
            assertTrue(inOrders * 10 >= SearchQuestions.PAGE_SIZE, inOrders + " orders");
            assertTrue(inOrders < WORDS / 2, inOrders + " orders");
        }
    }

    @Test
    void a_typo_lacks_a_letter() {
        String path = new SearchQuestions(orders, 10).kinds().get("a typo").get();

        assertEquals(word(0).length() - 1, path.substring(path.indexOf("q=") + 2).length());
    }

    private static int wordOf(String path) {
        String word = path.substring(path.indexOf("q=") + 2);
        return 26 * (word.charAt(4) - 'a') + word.charAt(5) - 'a';
    }

    private static String word(int number) {
        return "word" + (char) ('a' + number / 26) + (char) ('a' + number % 26);
    }

    private static List<RetailOrders.Line> orders() {
        List<RetailOrders.Line> lines = new ArrayList<>();
        for (int order = 0; order < WORDS; order++) {
            StringBuilder description = new StringBuilder();
            for (int number = order; number < WORDS; number++) {
                description.append(word(number).toUpperCase(Locale.ROOT)).append(' ');
            }
            lines.add(line(order, description.toString()));
        }
        return lines;
    }

    private static RetailOrders.Line line(int order, String description) {
        OrderItem item = new OrderItem("1", Optional.of(description), 1, Money.of("1.00"));
        return new RetailOrders.Line(
                "" + order,
                new CustomerId("c"),
                "United Kingdom",
                Instant.EPOCH,
                false,
                List.of(item));
    }
}
