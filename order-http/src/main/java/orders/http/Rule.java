package orders.http;

import java.util.List;

/// What a value must be. Reads it, or says what is wrong with it.
public interface Rule<T> {

    /// What is wrong, in words that follow the field's name.
    final class Broken extends Exception {
        /// Broken, because of `message`.
        public Broken(String message) {
            super(message, null, false, false);
        }
    }

    /// The value that `value` stands for.
    T read(Json value) throws Broken;

    /// A text of `min` to `max` code points, without control characters and lone surrogates.
    static Rule<String> text(int min, int max) {
        return value -> {
            if (!(value instanceof Json.Text(String text))) {
                throw new Broken("must be a text");
            }
            int length = text.codePointCount(0, text.length());
            if (length < min || length > max) {
                throw new Broken("must have " + min + " to " + max + " characters");
            }
            if (text.codePoints().anyMatch(Rule::isForbidden)) {
                throw new Broken("must not contain control characters or lone surrogates");
            }
            return text;
        };
    }

    private static boolean isForbidden(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.CONTROL || type == Character.SURROGATE;
    }

    /// A list of `min` to `max` values.
    static Rule<List<Json>> list(int min, int max) {
        return value -> {
            if (!(value instanceof Json.Elements(List<Json> values))
                    || values.size() < min
                    || values.size() > max) {
                throw new Broken("must be a list of " + min + " to " + max);
            }
            return values;
        };
    }
}
