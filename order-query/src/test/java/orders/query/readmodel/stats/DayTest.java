package orders.query.readmodel.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class DayTest {

    private static final LocalDate FIRST = LocalDate.parse("2024-02-28");

    @Test
    void cancelled_orders_count_and_bring_nothing() {
        var day =
                Day.all(
                                FIRST,
                                FIRST,
                                List.of(
                                        group(0, "GBP", "PAID", 2, "10.00"),
                                        group(0, "GBP", "CANCELLED", 3, "99.99"),
                                        group(0, "GBP", "SHIPPED", 1, "0.01")))
                        .getFirst();

        assertEquals("{CANCELLED=3, PAID=2, SHIPPED=1}", day.ordersByStatus().toString());
        assertEquals("6 10.01 3.34", figures(day));
    }

    @Test
    void an_average_is_rounded_half_up() {
        assertEquals("2 0.05 0.03", figures(of(group(0, "GBP", "PAID", 2, "0.05"))));
        assertEquals("3 0.10 0.03", figures(of(group(0, "GBP", "PAID", 3, "0.10"))));
        assertEquals("2 0.00 0.00", figures(of(group(0, "GBP", "CANCELLED", 2, "0.05"))));
    }

    @Test
    void sums_may_be_larger_than_any_order() {
        assertEquals(
                "1 99999999999999999999.99 99999999999999999999.99",
                figures(of(group(0, "GBP", "PAID", 1, "99999999999999999999.99"))));
    }

    @Test
    void every_day_has_every_currency_that_appears() {
        var days =
                Day.all(
                        FIRST,
                        FIRST.plusDays(2),
                        List.of(
                                group(2, "USD", "PAID", 1, "1.00"),
                                group(0, "GBP", "PAID", 1, "2.00")));

        assertEquals(
                List.of(
                        "2024-02-28 GBP 1 2.00 2.00",
                        "2024-02-28 USD 0 0.00 0.00",
                        "2024-02-29 GBP 0 0.00 0.00",
                        "2024-02-29 USD 0 0.00 0.00",
                        "2024-03-01 GBP 0 0.00 0.00",
                        "2024-03-01 USD 1 1.00 1.00"),
                days.stream()
                        .map(day -> day.date() + " " + day.currency() + " " + figures(day))
                        .toList());
    }

    @Test
    void without_orders_there_are_euros() {
        var days = Day.all(FIRST, FIRST.plusDays(399), List.of());

        assertEquals(400, days.size());
        assertEquals("EUR", days.getLast().currency());
        assertEquals("{}", days.getLast().ordersByStatus().toString());
    }

    private static Day of(OrderGroup group) {
        return Day.all(FIRST, FIRST, List.of(group)).getFirst();
    }

    private static OrderGroup group(
            int day, String currency, String status, long orders, String total) {
        return new OrderGroup(FIRST.plusDays(day), currency, status, orders, new BigDecimal(total));
    }

    private static String figures(Day day) {
        return day.orderCount() + " " + day.totalRevenue() + " " + day.averageOrderValue();
    }
}
