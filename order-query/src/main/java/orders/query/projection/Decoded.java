package orders.query.projection;

import java.time.Instant;
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

    /// What a customer is since a version.
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
            if (record.key() == null || record.value() == null || record.type() == null) {
                throw new UnreadableEvent("key, type or value is missing");
            }
            if (!Ids.isId(record.key())) {
                throw new UnreadableEvent("key is no id");
            }
            long version = Long.parseLong(record.sequence());
            if (record.isOfCustomer()) {
                var event = EventCodec.decodeCustomerEvent(record.type(), record.value());
                return new CustomerChange(record, version, event.customer(), event.at());
            }
            return new OrderChange(
                    record, version, EventCodec.decodeOrderEvent(record.type(), record.value()));
        } catch (NumberFormatException noVersion) {
            return new Poison(record, "version cannot be read: " + record.sequence());
        } catch (UnreadableEvent unreadable) {
            return new Poison(record, unreadable.getMessage());
        }
    }
}
