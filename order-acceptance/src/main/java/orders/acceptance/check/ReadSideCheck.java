package orders.acceptance.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import orders.acceptance.check.ExpectedOrder.Customer;
import orders.acceptance.http.NoAnswer;
import orders.acceptance.retail.RetailNames;
import orders.acceptance.retail.RetailOrder.RetailItem;

/// Reads everything back through the query API, lists, lists of each customer, each order's detail,
/// searches and daily statistics, and compares it with the input to the cent. Nobody else may write
/// orders of the same days meanwhile.
public final class ReadSideCheck {

    private static final Set<String> SOLD = Set.of("SUBMITTED", "PAID", "SHIPPED");

    /// Orders that are searched for by words; a search is dearer than other reads.
    private static final int SEARCHED = 50;

    private final ReadSide readSide;
    private final ExpectedOrders expected;
    private final String prefix;
    private final int concurrency;
    private final Differences differences = new Differences();

    /// @param prefix of the order ids of the input; other orders are not looked at
    /// @param concurrency reads at a time
    public ReadSideCheck(
            ReadSide readSide, ExpectedOrders expected, String prefix, int concurrency) {
        this.readSide = readSide;
        this.expected = expected;
        this.prefix = prefix;
        this.concurrency = concurrency;
    }

    /// Waits until the read side shows what the tokens promise, then compares.
    ///
    /// @param tokens of orders, by id; those without one are not waited for
    public CheckResult run(Map<String, String> tokens) {
        readSide.awaitInLists(tokens.values());
        readSide.awaitNoLag();
        List<JsonNode> all = readSide.allOrders();
        List<JsonNode> listed = all.stream().filter(this::hasPrefix).toList();
        List<String> strangers =
                listed.stream().map(ReadSideCheck::id).filter(this::isStranger).toList();
        List<JsonNode> ours = listed.stream().filter(summary -> !isStranger(id(summary))).toList();

        compareTotals(ours);
        Map<String, JsonNode> summaries = compareSummaries(ours);
        inParallel(
                expected.all(),
                order -> compareDetail(order, tokens.get(order.orderId()), summaries));
        inParallel(byCustomer().entrySet(), of -> compareList(of.getKey(), of.getValue()));
        List<String> notConfigured = readSide.notConfigured();
        if (!notConfigured.contains("order-search")) {
            var search = new SearchCheck(readSide, differences);
            var byCustomer = byCustomer();
            inParallel(byCustomer.entrySet(), of -> compareFound(of.getKey(), of.getValue()));
            inParallel(some(), order -> search.compare(order, byCustomer.get(order.customer())));
        }
        if (!notConfigured.contains("daily-order-stats")) {
            new StatisticsCheck(readSide, differences).compare(expected, all);
        }
        return new CheckResult(
                differences.all(), byStatus(ours), revenue(ours), strangers, notConfigured);
    }

    private List<ExpectedOrder> some() {
        List<ExpectedOrder> all = List.copyOf(expected.all());
        int step = Math.max(1, all.size() / SEARCHED);
        return IntStream.iterate(0, place -> place < all.size(), place -> place + step)
                .mapToObj(all::get)
                .toList();
    }

    private boolean hasPrefix(JsonNode summary) {
        return id(summary).startsWith(prefix);
    }

    private boolean isStranger(String orderId) {
        return expected.find(orderId).isEmpty();
    }

    private void compareTotals(List<JsonNode> listed) {
        Map<String, Long> statuses =
                expected.all().stream()
                        .collect(
                                Collectors.groupingBy(
                                        ExpectedOrder::status,
                                        TreeMap::new,
                                        Collectors.counting()));
        BigDecimal sold =
                expected.all().stream()
                        .filter(order -> SOLD.contains(order.status()))
                        .map(ExpectedOrder::total)
                        .reduce(BigDecimal.ZERO, BigDecimal::add);
        differences.unlessEqual("number of orders by status", statuses, byStatus(listed));
        differences.unlessEqual(
                "total of submitted and not cancelled orders",
                sold.setScale(2),
                revenue(listed).setScale(2));
    }

    private static Map<String, Long> byStatus(List<JsonNode> listed) {
        return listed.stream()
                .collect(
                        Collectors.groupingBy(
                                summary -> summary.path("status").asText(),
                                TreeMap::new,
                                Collectors.counting()));
    }

    private static BigDecimal revenue(List<JsonNode> listed) {
        return listed.stream()
                .filter(summary -> SOLD.contains(summary.path("status").asText()))
                .map(summary -> new BigDecimal(summary.path("total").asText()))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private Map<String, JsonNode> compareSummaries(List<JsonNode> listed) {
        Map<String, JsonNode> byId = new HashMap<>();
        for (JsonNode summary : listed) {
            if (byId.put(id(summary), summary) != null) {
                differences.add("order " + id(summary) + " is listed twice");
            }
        }
        for (ExpectedOrder order : expected.all()) {
            compareSummary("the list", order, Optional.ofNullable(byId.get(order.orderId())));
        }
        return byId;
    }

    private void compareSummary(String where, ExpectedOrder order, Optional<JsonNode> found) {
        String name = "in " + where + ", order " + order.orderId();
        if (found.isEmpty()) {
            differences.add(name + " is missing");
            return;
        }
        JsonNode summary = found.get();
        compareText(name, summary, "customerId", order.customer().customerId());
        compareText(name, summary, "customerName", order.customer().name());
        compareText(name, summary, "status", order.status());
        compareText(name, summary, "total", money(order.total()));
        compareText(name, summary, "currency", RetailNames.CURRENCY);
        compareNumber(name, summary, "itemCount", order.lines().size());
        compareInstant(name, summary, "createdAt", order.input().invoicedAt());
        compareNumber(name, summary, "version", order.version());
    }

    private void compareDetail(ExpectedOrder order, String token, Map<String, JsonNode> summaries) {
        String name = "the detail of order " + order.orderId();
        Optional<JsonNode> answer = readSide.order(order.orderId(), Optional.ofNullable(token));
        if (answer.isEmpty()) {
            differences.add(name + " is missing");
            return;
        }
        JsonNode detail = answer.get().path("order");
        compareNumber(name, answer.get(), "version", order.version());
        compareText(name, detail, "orderId", order.orderId());
        compareCustomer(name, detail.path("customer"), order.customer());
        compareText(name, detail, "status", order.status());
        compareText(name, detail, "currency", RetailNames.CURRENCY);
        compareText(name, detail, "total", money(order.total()));
        compareLines(name, detail.path("items"), order.lines());
        compareHistory(name, detail.path("history"), order.statuses());
        compareInstant(name, detail, "createdAt", order.input().invoicedAt());
        JsonNode summary = summaries.get(order.orderId());
        if (summary != null) {
            compareText(name, detail, "updatedAt", summary.path("updatedAt").textValue());
        }
    }

    private void compareCustomer(String name, JsonNode shown, Customer customer) {
        compareText(name + " (customer)", shown, "customerId", customer.customerId());
        compareText(name + " (customer)", shown, "name", customer.name());
        compareText(name + " (customer)", shown, "country", customer.country());
        compareText(name + " (customer)", shown, "email", null);
    }

    private void compareLines(String name, JsonNode shown, List<RetailItem> lines) {
        differences.unlessEqual("number of lines in " + name, lines.size(), shown.size());
        for (int index = 0; index < Math.min(lines.size(), shown.size()); index++) {
            String lineName = name + ", line " + (index + 1);
            JsonNode item = shown.path(index);
            RetailItem line = lines.get(index);
            compareText(lineName, item, "productId", line.productId());
            compareText(lineName, item, "description", line.description());
            compareNumber(lineName, item, "quantity", line.quantity());
            compareText(lineName, item, "unitPrice", money(line.unitPrice()));
            compareText(lineName, item, "lineTotal", money(line.total()));
        }
    }

    private void compareHistory(String name, JsonNode shown, List<String> statuses) {
        List<String> expectedHistory = new ArrayList<>();
        for (int index = 0; index < statuses.size(); index++) {
            expectedHistory.add((index + 1) + " " + statuses.get(index));
        }
        List<String> shownHistory = new ArrayList<>();
        shown.forEach(entry ->
                shownHistory.add(
                        entry.path("version").asText() + " " + entry.path("status").asText()));
        differences.unlessEqual("history in " + name, expectedHistory, shownHistory);
    }

    private Map<Customer, List<ExpectedOrder>> byCustomer() {
        return expected.all().stream().collect(Collectors.groupingBy(ExpectedOrder::customer));
    }

    private void compareList(Customer customer, List<ExpectedOrder> orders) {
        String where = "the list of customer " + customer.customerId();
        List<JsonNode> listed =
                readSide.ordersOf(customer.customerId()).stream().filter(this::hasPrefix).toList();
        compareOrders(where, customer, orders, listed);
        compareSorting(where, listed);
    }

    private void compareFound(Customer customer, List<ExpectedOrder> orders) {
        compareOrders(
                "the search for orders of customer " + customer.customerId(),
                customer,
                orders,
                readSide.found(Optional.empty(), customer.customerId()).stream()
                        .filter(this::hasPrefix)
                        .toList());
    }

    private void compareOrders(
            String where, Customer customer, List<ExpectedOrder> orders, List<JsonNode> listed) {
        Map<String, JsonNode> byId = new HashMap<>();
        listed.forEach(summary -> byId.put(id(summary), summary));
        differences.unlessEqual(
                "number of different orders in " + where, listed.size(), byId.size());
        orders.forEach(order ->
                compareSummary(where, order, Optional.ofNullable(byId.get(order.orderId()))));
        strangersIn(where, customer, byId.keySet());
    }

    private void strangersIn(String where, Customer customer, Set<String> listed) {
        Set<String> wrong = new HashSet<>(listed);
        wrong.removeIf(orderId ->
                expected.find(orderId)
                        .map(order -> order.customer().equals(customer))
                        .orElse(true));
        wrong.forEach(orderId -> differences.add(where + " has order " + orderId + " of another"));
    }

    private void compareSorting(String where, List<JsonNode> listed) {
        List<Instant> times =
                listed.stream()
                        .map(order -> Instant.parse(order.path("createdAt").asText()))
                        .toList();
        List<Instant> newestFirst = times.stream().sorted(Comparator.reverseOrder()).toList();
        differences.unlessEqual("the times of creation in " + where, newestFirst, times);
    }

    private void compareText(String name, JsonNode shown, String field, String wanted) {
        differences.unlessEqual(field + " " + name, wanted, shown.path(field).textValue());
    }

    private void compareNumber(String name, JsonNode shown, String field, long wanted) {
        differences.unlessEqual(
                field + " " + name, String.valueOf(wanted), shown.path(field).toString());
    }

    private void compareInstant(String name, JsonNode shown, String field, Instant wanted) {
        String text = shown.path(field).asText();
        boolean isUtc = text.endsWith("Z");
        differences.unlessEqual(
                field + " " + name,
                wanted.toString(),
                isUtc ? Instant.parse(text).toString() : text);
    }

    private <T> void inParallel(Collection<T> all, Consumer<T> comparison) {
        try (ExecutorService threads = Executors.newFixedThreadPool(concurrency)) {
            CompletableFuture.allOf(
                            all.stream()
                                    .map(one ->
                                            CompletableFuture.runAsync(
                                                    () -> compare(one, comparison), threads))
                                    .toArray(CompletableFuture<?>[]::new))
                    .join();
        }
    }

    private <T> void compare(T one, Consumer<T> comparison) {
        try {
            comparison.accept(one);
        } catch (UnexpectedAnswer | NoAnswer unread) {
            differences.add(unread.getMessage());
        }
    }

    private static String money(BigDecimal amount) {
        return amount.setScale(2).toPlainString();
    }

    private static String id(JsonNode summary) {
        return summary.path("orderId").asText();
    }
}
