package orders.model;

import java.util.regex.Pattern;

/// The alphabet that order, customer and product ids share: `[A-Za-z0-9][A-Za-z0-9._-]{0,63}`.
public final class Ids {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private Ids() {}

    /// Whether `value` is an id.
    public static boolean isId(String value) {
        return ID.matcher(value).matches();
    }

    static void require(String value) {
        if (!isId(value)) {
            throw new IllegalArgumentException("not an id: " + value);
        }
    }
}
