package orders.query.ledger;

import com.fasterxml.jackson.databind.JsonNode;

/// The last write of a document of Elasticsearch: whoever names it changes the document only when
/// nobody else has since.
public record SequenceNumber(long sequence, long term) {

    /// Of a document that was read or written.
    public static SequenceNumber of(JsonNode document) {
        return new SequenceNumber(
                document.path("_seq_no").longValue(), document.path("_primary_term").longValue());
    }
}
