package orders.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A JSON value as the client wrote it: numbers keep their literal, so that nothing is coerced.
public sealed interface Json {

    /// An object.
    record Members(Map<String, Json> values) implements Json {}

    /// An array.
    record Elements(List<Json> values) implements Json {}

    /// A string.
    record Text(String value) implements Json {}

    /// A number as it stands in the body: `12`, `12.50`, `2e3`.
    record Numeral(String literal) implements Json {}

    /// `true` or `false`.
    record Bool(boolean value) implements Json {}

    /// `null`.
    record Null() implements Json {}

    /// Reads one JSON object in UTF-8 and adds a violation for each repeated field.
    ///
    /// @throws InvalidRequest when `body` is not one JSON object
    static Members parse(byte[] body, List<Violation> violations) {
        try (JsonParser parser = Parsing.FACTORY.createParser(Parsing.utf8(body))) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new InvalidRequest("The body must be a JSON object.");
            }
            Members members = Parsing.members(parser, "", violations);
            if (parser.nextToken() != null) {
                throw new InvalidRequest("There is something behind the JSON object.");
            }
            return members;
        } catch (CharacterCodingException notUtf8) {
            throw new InvalidRequest("The body is not UTF-8.");
        } catch (IOException broken) {
            throw new InvalidRequest("The body is not JSON that can be read.");
        }
    }

    /// How [#parse] does it.
    final class Parsing {

        /// Names are not kept in its table, which fails when many of them have one hash.
        private static final JsonFactory FACTORY =
                JsonFactory.builder()
                        .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                        .streamReadConstraints(
                                StreamReadConstraints.builder().maxNestingDepth(16).build())
                        .build();

        private Parsing() {}

        private static char[] utf8(byte[] body) throws CharacterCodingException {
            var chars = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
            char[] text = new char[chars.remaining()];
            chars.get(text);
            return text;
        }

        private static Members members(JsonParser parser, String path, List<Violation> violations)
                throws IOException {
            Map<String, Json> values = new LinkedHashMap<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                String field = path.isEmpty() ? name : path + "." + name;
                parser.nextToken();
                if (values.put(name, value(parser, field, violations)) != null) {
                    Violation.add(violations, field, "is there more than once");
                }
            }
            return new Members(values);
        }

        private static Elements elements(JsonParser parser, String path, List<Violation> violations)
                throws IOException {
            List<Json> values = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                values.add(value(parser, path + "[" + values.size() + "]", violations));
            }
            return new Elements(values);
        }

        private static Json value(JsonParser parser, String path, List<Violation> violations)
                throws IOException {
            return switch (parser.currentToken()) {
                case START_OBJECT -> members(parser, path, violations);
                case START_ARRAY -> elements(parser, path, violations);
                case VALUE_STRING -> new Text(parser.getText());
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Numeral(parser.getText());
                case VALUE_TRUE, VALUE_FALSE -> new Bool(parser.getBooleanValue());
                case VALUE_NULL -> new Null();
                case END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
                        throw new IOException("no value at " + path);
            };
        }
    }
}
