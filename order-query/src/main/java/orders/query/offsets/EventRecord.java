package orders.query.offsets;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import orders.model.Topics;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/// What of a record of Kafka matters here, as it came: readable or not.
///
/// @param key id of the order or customer, `null` when there is none
/// @param type of the event on the wire, `null` when there is none
/// @param sequence the version as it was written, `null` when there is none
/// @param correlationId of the request that caused the event, `null` when there is none
/// @param traceparent of that request, `null` when there is none
/// @param value `null` when there is none
/// @param at when it came to Kafka
@SuppressWarnings("ArrayRecordComponent") // Never compared; a copy of every event would cost.
public record EventRecord(
        Position position,
        String key,
        String type,
        String sequence,
        String correlationId,
        String traceparent,
        byte[] value,
        Instant at) {

    /// Where a record is.
    public record Position(TopicPartition partition, long offset) {

        /// As text, to be an id.
        @Override
        public String toString() {
            return partition + "-" + offset;
        }
    }

    /// What matters of `record`.
    public static EventRecord of(ConsumerRecord<String, byte[]> record) {
        return new EventRecord(
                new Position(
                        new TopicPartition(record.topic(), record.partition()), record.offset()),
                record.key(),
                header(record, Topics.CE_TYPE),
                header(record, Topics.CE_SEQUENCE),
                header(record, Topics.CORRELATION_ID),
                header(record, Topics.TRACEPARENT),
                record.value(),
                Instant.ofEpochMilli(record.timestamp()));
    }

    /// Whether it is about a customer, and not about an order.
    public boolean isOfCustomer() {
        return position.partition().topic().equals(Topics.CUSTOMER_EVENTS);
    }

    /// PostgreSQL keeps no zero in a text: a symbol stands for it, no valid header has one.
    private static String header(ConsumerRecord<?, ?> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null
                ? null
                : new String(header.value(), StandardCharsets.UTF_8).replace('\u0000', '\u2400');
    }
}
