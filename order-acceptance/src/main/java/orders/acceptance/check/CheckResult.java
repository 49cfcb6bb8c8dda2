package orders.acceptance.check;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/// What a check found.
///
/// @param differences each in words; empty when the read side agrees with the input
/// @param ordersByStatus as the lists show them, orders of the input only
/// @param revenue of submitted and not cancelled orders, as the lists show it
/// @param strangers orders with the prefix of the input that are not in it: from another file that
///   was fed under the same prefix, or invented
/// @param notConfigured projections that the read side does without, and which are not compared
public record CheckResult(
        List<String> differences,
        Map<String, Long> ordersByStatus,
        BigDecimal revenue,
        List<String> strangers,
        List<String> notConfigured) {

    public CheckResult {
        differences = List.copyOf(differences);
        ordersByStatus = Map.copyOf(ordersByStatus);
        strangers = List.copyOf(strangers);
        notConfigured = List.copyOf(notConfigured);
    }
}
