package orders.query.readmodel.stats;

import java.math.BigDecimal;
import java.time.LocalDate;

/// Submitted orders that have a day, a currency and a status in common.
///
/// @param total what they cost together
record OrderGroup(LocalDate date, String currency, String status, long orders, BigDecimal total) {}
