package orders.query.readmodel;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.List;
import java.util.stream.StreamSupport;

/// Rows of a read model in PostgreSQL, and the marker of the generation that they belong to, both
/// of one moment.
///
/// @param marker empty when the offset store knows of no generation: it has lost its data
public record MarkedRows(List<Row> rows, String marker) {

    public MarkedRows {
        rows = List.copyOf(rows);
    }

    /// What `sql` selects from the live tables of `projection`.
    ///
    /// @param sql its first column is never null
    public static Uni<MarkedRows> select(Pool pool, String projection, String sql, Tuple values) {
        return pool.preparedQuery(
                        """
                        select p.marker, r.* from projections p left join lateral (%s) r on true
                        where p.name = '%s'
                        """
                                .formatted(sql, projection))
                .execute(values)
                .map(found -> StreamSupport.stream(found.spliterator(), false).toList())
                .map(rows ->
                        new MarkedRows(
                                rows.stream().filter(row -> row.getValue(1) != null).toList(),
                                rows.isEmpty() ? "" : rows.getFirst().getString("marker")));
    }
}
