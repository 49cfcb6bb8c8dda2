package orders.query.projection;

import java.time.Instant;
import java.util.Optional;
import orders.model.CustomerEvent.Customer;
import orders.model.EventCodec;
import orders.model.Ids;
import orders.model.OrderEvent;
import orders.model.UnreadableEvent;
import orders.query.offsets.EventRecord;

/// What a record says.
public sealed interface Decoded {

    /// The record itself.
    EventRecord record();

    /// An event that brought an order to a version.
    record OrderChange(EventRecord record, long version, OrderEvent event) implements Decoded {

        /// The order.
        public String orderId() {
            return record.key();
        }
    }

    /// What a customer is since a version. A tombstone says that it is gone: nothing of it is known
    /// then, its name is `null`. One without a version is the last word: nothing is newer.
    record CustomerChange(EventRecord record, long version, Customer customer, Instant at)
            implements Decoded {

        /// The customer.
        public String customerId() {
            return record.key();
        }
    }

    /// A record that cannot be applied as it is.
    record Poison(EventRecord record, String cause) implements Decoded {}

    /// Reads `record`.
    static Decoded of(EventRecord record) {
        try {
            if (record.isOfCustomer() && record.value() == null && isId(record.key())) {
                return tombstone(record);
            }
            if (record.key() == null || record.value() == null || record.type() == null) {
                throw new UnreadableEvent("key, type or value is missing");
            }
            if (!isId(record.key())) {
                throw new UnreadableEvent("key is no id");
            }
            long version = EventCodec.decodeVersion(record.sequence());
            if (record.isOfCustomer()) {
                var event = EventCodec.decodeCustomerEvent(record.type(), record.value());
                return new CustomerChange(record, version, event.customer(), event.at());
            }
            return new OrderChange(
                    record, version, EventCodec.decodeOrderEvent(record.type(), record.value()));
        } catch (UnreadableEvent unreadable) {
            return new Poison(record, unreadable.getMessage());
        }
    }

    private static CustomerChange tombstone(EventRecord record) {
        long version =
                record.sequence() == null
                        ? Long.MAX_VALUE
                        : EventCodec.decodeVersion(record.sequence());
        var gone = new Customer(null, Optional.empty(), Optional.empty());
        return new CustomerChange(record, version, gone, record.at());
    }

    private static boolean isId(String key) {
        return key != null && Ids.isId(key);
    }
}
