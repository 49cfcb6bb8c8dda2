package orders.command.relay;

import io.vertx.mutiny.sqlclient.Row;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import orders.model.EventCodec;
import orders.model.Topics;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/// A claimed row, as the relay sees it: a key, headers and a text.
///
/// @param position place in the outbox
/// @param aggregate type and id, like `order/4711`; records of one aggregate keep their order
/// @param key id of the aggregate
record OutboxRecord(
        long position,
        String aggregate,
        String topic,
        String key,
        String payload,
        Headers headers) {

    static OutboxRecord of(Row row) {
        String type = row.getString("aggregatetype");
        String key = row.getString("aggregateid");
        OffsetDateTime occurredAt = row.getOffsetDateTime("occurred_at");
        Headers headers = new RecordHeaders();
        add(headers, Topics.CE_SPECVERSION, "1.0");
        add(headers, Topics.CE_ID, row.getUUID("id").toString());
        add(headers, Topics.CE_SOURCE, "/order-command");
        add(headers, Topics.CE_TYPE, row.getString("type"));
        add(headers, Topics.CE_SUBJECT, key);
        add(headers, Topics.CE_TIME, occurredAt.toInstant().toString());
        add(headers, Topics.CE_SEQUENCE, row.getLong("version").toString());
        add(headers, Topics.CONTENT_TYPE, EventCodec.CONTENT_TYPE);
        add(headers, Topics.CORRELATION_ID, row.getString("correlation_id"));
        String traceparent = row.getString("traceparent");
        if (traceparent != null) {
            add(headers, Topics.TRACEPARENT, traceparent);
        }
        return new OutboxRecord(
                row.getLong("position"),
                type + "/" + key,
                type + "-events",
                key,
                row.getString("payload"),
                headers);
    }

    private static void add(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
