package orders.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/// What is read of the [History], by its description.
final class Pages {

    private static final int SIZE = 50;
    private static final String PAGE = "/orders?limit=" + SIZE;
    private static final int LARGEST = 200;

    private final SystemUnderTest system;
    private final Random random = new Random(1);

    Pages(SystemUnderTest system) {
        this.system = system;
    }

    /// What order-details answers, while there are so many orders.
    Map<String, Supplier<String>> details(int orders) {
        return Map.of(
                "an order (MongoDB's stand-in)",
                () -> "/orders/" + History.orderId(random.nextInt(orders)));
    }

    /// What order-summaries answers.
    Map<String, Supplier<String>> summaries(int orders) {
        String middle = cursorAfter(orders / 2);
        Map<String, Supplier<String>> kinds = new LinkedHashMap<>();
        kinds.put("first page", () -> PAGE);
        kinds.put("page in the middle", () -> PAGE + middle);
        kinds.put(
                "page of a customer",
                () -> PAGE + "&customerId=" + History.customerId(random.nextInt(orders)));
        kinds.put("page by status and change", () -> PAGE + "&status=PAID&sort=-updatedAt");
        kinds.values().forEach(page -> requireFull(page.get()));
        return kinds;
    }

    /// A page of few orders would be a yardstick for nothing.
    private void requireFull(String page) {
        int orders = system.read(page).required("items").size();
        if (orders != SIZE) {
            throw new IllegalStateException(page + " has " + orders + " orders");
        }
    }

    private String cursorAfter(int orders) {
        String cursor = "";
        for (int passed = 0; passed < orders; passed += LARGEST) {
            JsonNode page = system.read("/orders?limit=" + LARGEST + cursor);
            cursor = "&cursor=" + page.required("nextCursor").asText();
        }
        return cursor;
    }
}
