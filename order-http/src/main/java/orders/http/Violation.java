package orders.http;

import java.util.List;

/// One thing that is wrong with a request.
///
/// @param field where: the name of a parameter or header, or like `items[0].quantity`
/// @param message what, in words that follow the field's name
public record Violation(String field, String message) {

    /// More of a wrong body are not said: nobody reads them.
    private static final int MOST = 500;

    private static final int LONGEST_FIELD = 100;

    /// Adds what is wrong with `field` to what is wrong with its body.
    static void add(List<Violation> all, String field, String message) {
        if (all.size() < MOST) {
            all.add(
                    new Violation(
                            field.substring(0, Math.min(field.length(), LONGEST_FIELD)), message));
        }
    }
}
