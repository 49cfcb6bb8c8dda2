package orders.command.relay;

import io.vertx.mutiny.sqlclient.Row;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.stream.Stream;
import orders.model.EventCodec;
import orders.model.Topics;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/// A claimed row, as the relay sees it: an aggregate, and what Kafka is given.
///
/// @param position place in the outbox
/// @param aggregate records of one keep their order
/// @param wasHeld whether the aggregate had to wait, because Kafka refused this record before
record OutboxRecord(
        long position,
        Aggregate aggregate,
        ProducerRecord<String, String> toKafka,
        boolean wasHeld) {

    /// An order or a customer.
    record Aggregate(String type, String id) {
        @Override
        public String toString() {
            return type + "/" + id;
        }
    }

    String topic() {
        return toKafka.topic();
    }

    /// Of its payload, about.
    long bytes() {
        return toKafka.value().length();
    }

    static OutboxRecord of(Row row) {
        Aggregate aggregate =
                new Aggregate(row.getString("aggregatetype"), row.getString("aggregateid"));
        return new OutboxRecord(
                row.getLong("position"),
                aggregate,
                new ProducerRecord<>(
                        aggregate.type() + "-events",
                        null,
                        aggregate.id(),
                        row.getString("payload"),
                        headers(aggregate, row)),
                row.getBoolean("was_held"));
    }

    /// The event as a CloudEvent in Kafka's binary mode.
    private static List<Header> headers(Aggregate aggregate, Row row) {
        OffsetDateTime occurredAt = row.getOffsetDateTime("occurred_at");
        Header[] always = {
            header(Topics.CE_SPECVERSION, "1.0"),
            header(Topics.CE_ID, row.getUUID("id").toString()),
            header(Topics.CE_SOURCE, "/order-command"),
            header(Topics.CE_TYPE, row.getString("type")),
            header(Topics.CE_SUBJECT, aggregate.id()),
            header(Topics.CE_TIME, occurredAt.toInstant().toString()),
            header(Topics.CE_SEQUENCE, row.getLong("version").toString()),
            header(Topics.CONTENT_TYPE, EventCodec.CONTENT_TYPE),
            header(Topics.CORRELATION_ID, row.getString("correlation_id"))
        };
        String traceparent = row.getString("traceparent");
        return traceparent == null
                ? List.of(always)
                : Stream.concat(
                                Stream.of(always),
                                Stream.of(header(Topics.TRACEPARENT, traceparent)))
                        .toList();
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
