package orders.command.api;

import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import orders.command.handling.Accepted;
import orders.model.ConsistencyToken;
import orders.model.ConsistencyToken.Kind;

/// The answer to a command: id and version only, and what a client needs to read its own write.
final class Responses {

    private Responses() {}

    /// To a command to an order.
    static Response order(Accepted accepted) {
        return answer("orderId", "/orders/", Kind.ORDER, accepted);
    }

    /// To a command to a customer.
    static Response customer(Accepted accepted) {
        return answer("customerId", "/customers/", Kind.CUSTOMER, accepted);
    }

    private static Response answer(String idField, String folder, Kind kind, Accepted accepted) {
        String id = accepted.aggregateId();
        long version = accepted.version();
        // A header as text: java.net.URI would make it absolute, and behind a gateway wrong.
        return Response.accepted(new JsonObject().put(idField, id).put("version", version).encode())
                .header(HttpHeaders.LOCATION, folder + id)
                .header(HttpHeaders.ETAG, '"' + Long.toString(version) + '"')
                .header("Consistency-Token", new ConsistencyToken(kind, id, version).encode())
                .build();
    }
}
