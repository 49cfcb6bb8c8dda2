package orders.acceptance.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orders.acceptance.retail.RetailNames;

/// Compares the statistics of all days of the input, to the cent, with what plain Java computes
/// from the input. Orders of others count too: they are taken as the lists show them.
final class StatisticsCheck {

    private static final String CANCELLED = "CANCELLED";

    private final ReadSide readSide;
    private final Differences differences;

    /// An order that was submitted.
    private record Submitted(LocalDate date, String currency, String status, BigDecimal total) {

        String group() {
            return date + " in " + currency;
        }
    }

    StatisticsCheck(ReadSide readSide, Differences differences) {
        this.readSide = readSide;
        this.differences = differences;
    }

    /// @param listed all orders that there are
    void compare(ExpectedOrders expected, List<JsonNode> listed) {
        List<Submitted> ours =
                expected.all().stream()
                        .filter(order -> order.statuses().contains("SUBMITTED"))
                        .map(StatisticsCheck::submitted)
                        .toList();
        var dates = new TreeSet<>(ours.stream().map(Submitted::date).toList());
        if (dates.isEmpty()) {
            return;
        }
        Stream<Submitted> others =
                listed.stream()
                        .filter(order -> expected.find(id(order)).isEmpty())
                        .filter(order -> isBetween(dates.getFirst(), dates.getLast(), date(order)))
                        .filter(this::wasSubmitted)
                        .map(StatisticsCheck::submitted);
        Map<String, String> wanted =
                Stream.concat(ours.stream(), others)
                        .collect(
                                Collectors.groupingBy(
                                        Submitted::group,
                                        TreeMap::new,
                                        Collectors.collectingAndThen(
                                                Collectors.toList(), StatisticsCheck::figures)));
        Map<String, String> shown = new TreeMap<>();
        readSide.days(dates.getFirst(), dates.getLast()).stream()
                .filter(day -> day.path("orderCount").asLong() > 0)
                .forEach(day ->
                        shown.put(
                                day.path("date").asText() + " in " + day.path("currency").asText(),
                                figures(day)));
        var groups = new TreeSet<>(wanted.keySet());
        groups.addAll(shown.keySet());
        groups.forEach(group ->
                differences.unlessEqual(
                        "the statistics of " + group, wanted.get(group), shown.get(group)));
    }

    /// Only its history tells of one that is cancelled.
    private boolean wasSubmitted(JsonNode summary) {
        return switch (summary.path("status").asText()) {
            case "CREATED" -> false;
            case CANCELLED ->
                    readSide.order(id(summary), Optional.empty())
                            .map(detail -> detail.path("order").path("history"))
                            .map(history -> history.findValuesAsText("status"))
                            .filter(statuses -> statuses.contains("SUBMITTED"))
                            .isPresent();
            default -> true;
        };
    }

    private static Submitted submitted(ExpectedOrder order) {
        return new Submitted(
                date(order.input().invoicedAt()),
                RetailNames.CURRENCY,
                order.status(),
                order.total());
    }

    private static Submitted submitted(JsonNode summary) {
        return new Submitted(
                date(summary),
                summary.path("currency").asText(),
                summary.path("status").asText(),
                new BigDecimal(summary.path("total").asText()));
    }

    private static String figures(List<Submitted> orders) {
        Map<String, Long> statuses =
                orders.stream()
                        .collect(
                                Collectors.groupingBy(
                                        Submitted::status, TreeMap::new, Collectors.counting()));
        List<BigDecimal> earnings =
                orders.stream()
                        .filter(order -> !order.status().equals(CANCELLED))
                        .map(Submitted::total)
                        .toList();
        BigDecimal revenue = earnings.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        BigDecimal average =
                revenue.divide(
                        BigDecimal.valueOf(Math.max(1, earnings.size())), 2, RoundingMode.HALF_UP);
        return figures(orders.size(), revenue.setScale(2), average, statuses);
    }

    private static String figures(JsonNode day) {
        Map<String, Long> statuses = new TreeMap<>();
        day.path("ordersByStatus")
                .properties()
                .forEach(status -> statuses.put(status.getKey(), status.getValue().asLong()));
        return figures(
                day.path("orderCount").asLong(),
                day.path("totalRevenue").asText(),
                day.path("averageOrderValue").asText(),
                statuses);
    }

    private static String figures(
            long orders, Object revenue, Object average, Map<String, Long> statuses) {
        return "%d orders, %s, %s each, %s".formatted(orders, revenue, average, statuses);
    }

    private static boolean isBetween(LocalDate first, LocalDate last, LocalDate date) {
        return !date.isBefore(first) && !date.isAfter(last);
    }

    private static LocalDate date(JsonNode summary) {
        return date(Instant.parse(summary.path("createdAt").asText()));
    }

    private static LocalDate date(Instant time) {
        return time.atOffset(ZoneOffset.UTC).toLocalDate();
    }

    private static String id(JsonNode summary) {
        return summary.path("orderId").asText();
    }
}
