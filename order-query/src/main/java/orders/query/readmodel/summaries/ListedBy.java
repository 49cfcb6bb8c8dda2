package orders.query.readmodel.summaries;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/// The orders in which a list can be asked for.
public enum ListedBy {
    NEWEST_FIRST("-createdAt", "created_at", false),
    OLDEST_FIRST("createdAt", "created_at", true),
    LAST_CHANGED_FIRST("-updatedAt", "updated_at", false),
    LAST_CHANGED_LAST("updatedAt", "updated_at", true);

    private final String wireName;
    private final String column;
    private final boolean ascending;

    ListedBy(String wireName, String column, boolean ascending) {
        this.wireName = wireName;
        this.column = column;
        this.ascending = ascending;
    }

    /// As it stands in a query string.
    public String wireName() {
        return wireName;
    }

    /// The one with this name in a query string.
    public static Optional<ListedBy> ofWireName(String name) {
        return Arrays.stream(values()).filter(sort -> sort.wireName.equals(name)).findFirst();
    }

    String column() {
        return column;
    }

    String direction() {
        return ascending ? "asc" : "desc";
    }

    /// What stands between a row that comes later and the last one of a page.
    String comparison() {
        return ascending ? ">" : "<";
    }

    Instant keyOf(OrderSummary view) {
        return switch (this) {
            case NEWEST_FIRST, OLDEST_FIRST -> view.createdAt();
            case LAST_CHANGED_FIRST, LAST_CHANGED_LAST -> view.updatedAt();
        };
    }
}
