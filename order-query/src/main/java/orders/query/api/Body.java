package orders.query.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.NotSupportedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import orders.query.api.QueryFailure.InvalidRequest;

/// The fields of the JSON object that a request carries. An empty body counts as `{}`, and need not
/// say that it is JSON.
///
/// [RequestLimits] has read the body already: as a parameter of a resource, the framework would
/// wait for it, for ever when it is empty.
final class Body {

    private static final Pattern JSON =
            Pattern.compile("application/json\\s*(;.*)?", Pattern.CASE_INSENSITIVE);

    private static final ObjectMapper TREES = new ObjectMapper();

    private final Map<String, JsonNode> fields = new HashMap<>();
    private final Parameters parameters;

    /// Only `known` fields may be there, each once; what is wrong is added to `parameters`.
    ///
    /// @throws NotSupportedException when the body does not say that it is JSON
    /// @throws InvalidRequest when it is not one JSON object
    Body(RoutingContext request, Parameters parameters, String... known) {
        this.parameters = parameters;
        Buffer body = request.body().buffer();
        if (body == null || body.length() == 0) {
            return;
        }
        String type = request.request().getHeader(HttpHeaders.CONTENT_TYPE);
        if (type == null || !JSON.matcher(type).matches()) {
            throw new NotSupportedException();
        }
        read(body.getBytes());
        Set<String> names = Set.of(known);
        fields.keySet().stream()
                .filter(name -> !names.contains(name))
                .forEach(name -> parameters.violate(name, "is not known"));
    }

    /// For a call that takes neither parameters nor fields.
    ///
    /// @throws InvalidRequest when there are any
    static void refuseAny(RoutingContext request) {
        Parameters parameters = new Parameters(request);
        var _ = new Body(request, parameters);
        parameters.done();
    }

    /// A text of 1 to `longest` code points that must be there; empty when it is wrong.
    Optional<String> text(String name, int longest) {
        JsonNode value = fields.get(name);
        if (value == null || value.isNull()) {
            parameters.violate(name, "is required");
            return Optional.empty();
        }
        if (!value.isTextual() || !Parameters.isPlain(value.textValue(), longest)) {
            parameters.violate(
                    name,
                    "must be a text of 1 to %d characters and no control character"
                            .formatted(longest));
            return Optional.empty();
        }
        return Optional.of(value.textValue());
    }

    private void read(byte[] body) {
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
            try (JsonParser parser = TREES.createParser(text.toString())) {
                readObject(parser);
            }
        } catch (CharacterCodingException notUtf8) {
            throw new InvalidRequest("The body is not UTF-8.");
        } catch (IOException broken) {
            throw new InvalidRequest("The body is not JSON that can be read.");
        }
    }

    private void readObject(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new InvalidRequest("The body must be a JSON object.");
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            if (fields.put(name, TREES.readTree(parser)) != null) {
                parameters.violate(name, "is there more than once");
            }
        }
        if (parser.nextToken() != null) {
            throw new InvalidRequest("There is something behind the JSON object.");
        }
    }
}
