package orders.command.api;

import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import orders.command.handling.Accepted;
import orders.model.ConsistencyToken;
import orders.model.ConsistencyToken.Kind;
import orders.model.CustomerId;
import orders.model.OrderId;

/// The answer to a command: id and version only, and what a client needs to read its own write.
final class Answers {

    private Answers() {}

    static Response accepted(OrderId orderId, Accepted accepted) {
        return accepted("orderId", "/orders/", Kind.ORDER, orderId.value(), accepted.version());
    }

    static Response accepted(CustomerId customerId, Accepted accepted) {
        return accepted(
                "customerId", "/customers/", Kind.CUSTOMER, customerId.value(), accepted.version());
    }

    private static Response accepted(
            String idField, String folder, Kind kind, String id, long version) {
        // A header as text: java.net.URI would make it absolute, and behind a gateway wrong.
        return Response.accepted(new JsonObject().put(idField, id).put("version", version).encode())
                .header(HttpHeaders.LOCATION, folder + id)
                .header(HttpHeaders.ETAG, '"' + Long.toString(version) + '"')
                .header("Consistency-Token", new ConsistencyToken(kind, id, version).encode())
                .build();
    }
}
