package orders.query.readmodel.search;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.mutiny.Uni;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import orders.query.offsets.Generation;
import orders.query.projection.Changes;

/// Writes the rows and customers of one batch to the indexes of one generation. Everything is
/// written over what was read and nothing else, so nobody's work is lost; who is too late fails
/// with a conflict and begins anew.
final class Writing {

    /// Orders that are changed by one request: the server has each in memory, and it may be large.
    private static final int PAGE = 100;

    /// Conditions of one search; a server takes some thousand.
    private static final int CUSTOMERS_AT_ONCE = 200;

    private final Elasticsearch server;
    private final Generation generation;
    private final Indexes indexes;
    private final Changes<OrderDocument> changes;

    /// The customers that this batch is about, as new as this instance knows them.
    private final Map<String, Customer> customers = new HashMap<>();

    Writing(Elasticsearch server, Generation generation, Changes<OrderDocument> changes) {
        this.server = server;
        this.generation = generation;
        this.indexes = Indexes.of(generation.number());
        this.changes = changes;
    }

    /// Writes all of it. Searches find what is written to the live generation.
    Uni<Void> save() {
        return readCustomers(customerIds())
                .invoke(customers::putAll)
                .chain(this::saveCustomers)
                .chain(this::saveOrders)
                .chain(this::customersToShow)
                .chain(this::show)
                .chain(() ->
                        generation.isLive()
                                ? server.refresh(indexes.orders())
                                : Uni.createFrom().voidItem())
                .chain(this::markShown);
    }

    private Set<String> customerIds() {
        Set<String> ids = new HashSet<>(changes.customersOfNewOrders());
        changes.customers().forEach(change -> ids.add(change.customerId()));
        return ids;
    }

    private Uni<Void> saveCustomers() {
        return write(
                changes.customers().stream()
                        .map(change -> Customer.of(change, customers.get(change.customerId())))
                        .filter(customer -> !customer.equals(customers.get(customer.customerId())))
                        .toList());
    }

    private Uni<Void> write(List<Customer> changed) {
        Bulk bulk = new Bulk();
        changed.forEach(customer ->
                bulk.save(indexes.customers(), customer.customerId(), customer.readAt(), customer));
        return server.write(bulk)
                .invoke(numbers ->
                        IntStream.range(0, numbers.size())
                                .mapToObj(i -> changed.get(i).at(numbers.get(i)))
                                .forEach(each -> customers.put(each.customerId(), each)))
                .replaceWithVoid();
    }

    private Uni<Void> saveOrders() {
        Bulk bulk = new Bulk();
        changes.views().stream()
                .map(view -> view.showing(customers.get(view.customerId())))
                .forEach(view -> bulk.save(indexes.orders(), view.orderId(), view.readAt(), view));
        return server.write(bulk).replaceWithVoid();
    }

    /// The customers that changed, as they are now.
    private Stream<Customer> changedCustomers() {
        return changes.customers().stream().map(change -> customers.get(change.customerId()));
    }

    /// Those that changed, and those that others changed while their new orders were written here,
    /// now or by an earlier try of this batch that was cut off. Whoever changes a customer looks
    /// for its orders afterwards; whoever writes an order looks at its customer afterwards; so one
    /// of both finds the other's.
    private Uni<List<Customer>> customersToShow() {
        Map<String, Customer> toShow = new HashMap<>();
        changedCustomers().forEach(customer -> toShow.put(customer.customerId(), customer));
        return readCustomers(changes.customersOfNewOrders())
                .map(now -> {
                    now.values().stream()
                            .filter(isNewer())
                            .forEach(customer -> toShow.put(customer.customerId(), customer));
                    return List.copyOf(toShow.values());
                });
    }

    private Predicate<Customer> isNewer() {
        Map<String, Long> shownBefore =
                changes.before().values().stream()
                        .collect(
                                Collectors.toMap(
                                        OrderDocument::customerId,
                                        OrderDocument::customerVersion,
                                        Math::min));
        return now -> {
            Customer known = customers.get(now.customerId());
            return known == null
                    || known.version() < now.version()
                    || shownBefore.getOrDefault(now.customerId(), Long.MAX_VALUE) < now.version();
        };
    }

    /// Shows `renamed` in those of their orders that show older versions.
    private Uni<Void> show(List<Customer> renamed) {
        if (renamed.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        List<Customer> part = renamed.subList(0, Math.min(CUSTOMERS_AT_ONCE, renamed.size()));
        return server.refresh(indexes.orders())
                .chain(() -> showPage(part, null))
                .chain(() -> show(renamed.subList(part.size(), renamed.size())));
    }

    private Uni<Void> showPage(List<Customer> renamed, JsonNode after) {
        Map<String, Object> search = new HashMap<>();
        search.put(
                "query",
                Map.of("bool", Map.of("should", renamed.stream().map(Writing::isOlder).toList())));
        search.put("sort", List.of("orderId"));
        search.put("size", PAGE);
        search.put("seq_no_primary_term", true);
        search.put("_source", List.of("customerId"));
        if (after != null) {
            search.put("search_after", after);
        }
        return server.search(indexes.orders(), search)
                .map(answer -> answer.path("hits").path("hits"))
                .chain(hits ->
                        show(renamed, hits)
                                .chain(() ->
                                        hits.size() < PAGE
                                                ? Uni.createFrom().voidItem()
                                                : showPage(
                                                        renamed, hits.get(PAGE - 1).path("sort"))));
    }

    private Uni<Void> show(List<Customer> renamed, JsonNode hits) {
        Map<String, Customer> byId = Changes.byId(renamed, Customer::customerId);
        Bulk bulk = new Bulk();
        hits.forEach(hit ->
                bulk.change(
                        indexes.orders(),
                        hit.path("_id").textValue(),
                        SequenceNumber.of(hit),
                        CustomerFields.of(
                                byId.get(hit.path("_source").path("customerId").textValue()))));
        return server.write(bulk).replaceWithVoid();
    }

    private static Map<String, Object> isOlder(Customer customer) {
        var isOfCustomer = Map.of("term", Map.of("customerId", customer.customerId()));
        var older = Map.of("customerVersion", Map.of("lt", customer.version()));
        return Map.of("bool", Map.of("filter", List.of(isOfCustomer, Map.of("range", older))));
    }

    private Uni<Void> markShown() {
        return write(
                changedCustomers()
                        .filter(customer -> customer.shownVersion() < customer.version())
                        .map(Customer::shown)
                        .toList());
    }

    private Uni<Map<String, Customer>> readCustomers(Set<String> ids) {
        return ids.isEmpty()
                ? Uni.createFrom().item(Map.of())
                : OrderSearch.read(server, generation, indexes.customers(), ids)
                        .map(found ->
                                Changes.byId(
                                        found.stream().map(this::customer).toList(),
                                        Customer::customerId));
    }

    private Customer customer(JsonNode document) {
        return server.read(document.path("_source"), Customer.class)
                .at(SequenceNumber.of(document));
    }
}
