package orders.http;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// Every kind of error that the two services answer (RFC 9457), and what its page says.
public enum ProblemType {
    INVALID_REQUEST(
            400,
            "The request is malformed",
            "Something in the body, the path, the query string or a header breaks the rules;"
                    + " `violations` lists each field that does. Nothing was changed. Mend the"
                    + " request before you send it again."),
    UNAUTHORIZED(
            401,
            "Authentication is required",
            "The request carries no token, or one that is not valid. Send a valid bearer token."),
    FORBIDDEN(
            403,
            "This is not allowed",
            "The caller is known but may not do this. Ask for the role that the call needs."),
    NOT_FOUND(404, "There is nothing here", "No resource has this address."),
    ORDER_NOT_FOUND(
            404,
            "There is no such order",
            "No order has this id. On the query side an order appears a moment after its command;"
                    + " send the command's Consistency-Token to wait for it."),
    PROJECTION_NOT_FOUND(
            404, "There is no such projection", "GET /projections lists the names that exist."),
    METHOD_NOT_ALLOWED(
            405,
            "The method is not allowed here",
            "The resource exists, but not for this method. `Allow` lists those that it has."),
    NOT_ACCEPTABLE(
            406, "No acceptable form", "Answers are JSON; `Accept` excludes every form there is."),
    ORDER_ALREADY_EXISTS(
            409,
            "The order exists already",
            "The orderId that the client chose is taken. When an earlier try of the same request"
                    + " may have created it, read the order to see."),
    ILLEGAL_TRANSITION(
            409,
            "The order's status does not allow it",
            "The life of an order is CREATED, SUBMITTED, PAID, SHIPPED, or CANCELLED from each of"
                    + " the first three. Read the order to see its present status."),
    PAYMENT_AMOUNT_MISMATCH(
            409,
            "The amount is not the order's total",
            "An order is paid at once and as a whole. Read the order to see its total."),
    TOO_MANY_ITEMS(409, "The order is full", "An order has at most 500 items."),
    CONCURRENT_UPDATE(
            409,
            "Others were faster",
            "The same order was changed by others during each of several tries. Nothing was"
                    + " changed by this request; send it again."),
    REQUEST_IN_FLIGHT(
            409,
            "The same request is still being worked on",
            "Another request with this Idempotency-Key has not been answered yet. Send it again"
                    + " after the pause that Retry-After names."),
    REBUILD_IN_PROGRESS(
            409, "The projection is being rebuilt", "Wait until the rebuild ends, or cancel it."),
    VERSION_CONFLICT(
            412,
            "The order has changed since you read it",
            "The order is at a version that If-Match does not name. Read it again and decide"
                    + " anew."),
    PAYLOAD_TOO_LARGE(413, "The body is too large", "A body may have up to 1 MiB."),
    UNSUPPORTED_MEDIA_TYPE(
            415, "The body is not JSON", "Send the body with Content-Type: application/json."),
    IDEMPOTENCY_KEY_REUSED(
            422,
            "The Idempotency-Key belongs to another request",
            "A key belongs to one caller, method, path and body. Use a new key for a new request."),
    TOO_MANY_REQUESTS(
            429,
            "Too many requests",
            "Send it again after the pause that Retry-After names, and more slowly."),
    INTERNAL_ERROR(
            500,
            "Something went wrong on our side",
            "The service has logged it under the correlationId."),
    OVERLOADED(
            503,
            "There is more to do than this instance takes",
            "Nothing was changed. Send it again after the pause that Retry-After names."),
    STORE_UNAVAILABLE(
            503,
            "A database does not answer",
            "Send it again after the pause that Retry-After names. A command that was under way"
                    + " when the database went may have been done; read the order to see."),
    ISSUER_UNAVAILABLE(
            503,
            "Tokens cannot be checked",
            "The service has never reached the issuer of tokens, so it cannot tell whose request it"
                    + " is. Send it again after the pause that Retry-After names."),
    CONSISTENCY_TIMEOUT(
            503,
            "The read model is not there yet",
            "The read model did not reach the version that was asked for in time. Send it again,"
                    + " wait longer with `Prefer: wait=S`, or take what there is with `Prefer:"
                    + " handling=lenient`.");

    private final int status;
    private final String title;
    private final String meaning;

    ProblemType(int status, String title, String meaning) {
        this.status = status;
        this.title = title;
        this.meaning = meaning;
    }

    /// HTTP status code.
    public int status() {
        return status;
    }

    /// What it is, the same for every occurrence.
    public String title() {
        return title;
    }

    /// What it means and what to do, for the page.
    public String meaning() {
        return meaning;
    }

    /// Name in URLs, like `order-not-found`.
    public String slug() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The type with this name in URLs.
    public static Optional<ProblemType> ofSlug(String slug) {
        return Arrays.stream(values()).filter(type -> type.slug().equals(slug)).findFirst();
    }
}
