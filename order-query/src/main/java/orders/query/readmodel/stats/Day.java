package orders.query.readmodel.stats;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.reducing;
import static java.util.stream.Collectors.summingLong;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// Statistics of one day and currency. Sums may be larger than any order, so they are no [Money].
///
/// @param date in UTC
/// @param orderCount orders that were submitted, cancelled ones too
/// @param totalRevenue what those that are not cancelled cost
/// @param averageOrderValue of those that are not cancelled, half up
public record Day(
        LocalDate date,
        String currency,
        long orderCount,
        @JsonFormat(shape = JsonFormat.Shape.STRING) BigDecimal totalRevenue,
        @JsonFormat(shape = JsonFormat.Shape.STRING) BigDecimal averageOrderValue,
        SortedMap<String, Long> ordersByStatus) {

    private static final String CANCELLED = "CANCELLED";
    private static final String WHEN_THERE_IS_NONE = "EUR";
    private static final BigDecimal NOTHING = BigDecimal.valueOf(0, 2);

    /// Every day from `from` to `to` in every currency that `groups` have, or in euros when there
    /// are none.
    static List<Day> all(LocalDate from, LocalDate to, Collection<OrderGroup> groups) {
        Map<LocalDate, Map<String, List<OrderGroup>>> found =
                groups.stream()
                        .collect(groupingBy(OrderGroup::date, groupingBy(OrderGroup::currency)));
        var currencies = new TreeSet<>(groups.stream().map(OrderGroup::currency).toList());
        if (currencies.isEmpty()) {
            currencies.add(WHEN_THERE_IS_NONE);
        }
        return from.datesUntil(to.plusDays(1))
                .flatMap(date ->
                        currencies.stream()
                                .map(currency ->
                                        of(
                                                date,
                                                currency,
                                                found.getOrDefault(date, Map.of())
                                                        .getOrDefault(currency, List.of()))))
                .toList();
    }

    private static Day of(LocalDate date, String currency, List<OrderGroup> groups) {
        SortedMap<String, Long> ordersByStatus =
                groups.stream()
                        .collect(
                                groupingBy(
                                        OrderGroup::status,
                                        TreeMap::new,
                                        summingLong(OrderGroup::orders)));
        long orders = ordersByStatus.values().stream().mapToLong(Long::longValue).sum();
        long paying = orders - ordersByStatus.getOrDefault(CANCELLED, 0L);
        BigDecimal revenue =
                groups.stream()
                        .filter(group -> !group.status().equals(CANCELLED))
                        .map(OrderGroup::total)
                        .collect(reducing(NOTHING, BigDecimal::add));
        return new Day(
                date,
                currency,
                orders,
                revenue,
                paying == 0
                        ? NOTHING
                        : revenue.divide(BigDecimal.valueOf(paying), 2, RoundingMode.HALF_UP),
                ordersByStatus);
    }
}
