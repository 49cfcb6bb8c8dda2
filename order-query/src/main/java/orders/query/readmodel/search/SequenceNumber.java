package orders.query.readmodel.search;

import com.fasterxml.jackson.databind.JsonNode;

/// The last write of a document: whoever names it changes the document only when nobody else has
/// since.
record SequenceNumber(long sequence, long primaryTerm) {

    /// Of a document that was read or written.
    static SequenceNumber of(JsonNode document) {
        return new SequenceNumber(
                document.path("_seq_no").longValue(), document.path("_primary_term").longValue());
    }
}
