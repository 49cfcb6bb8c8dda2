package orders.query.ledger;

import com.fasterxml.jackson.databind.JsonNode;

/// The last write of a document of Elasticsearch: whoever names it changes the document only when
/// nobody else has since.
public record Place(long sequence, long term) {

    /// Of a document that was read or written.
    public static Place of(JsonNode document) {
        return new Place(
                document.path("_seq_no").longValue(), document.path("_primary_term").longValue());
    }
}
