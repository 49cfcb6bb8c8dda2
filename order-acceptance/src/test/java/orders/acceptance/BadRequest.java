package orders.acceptance;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// One line of the contract: a request that has to be refused, and how.
///
/// `{order}`, `{customer}` and `{new}` in path and body stand for an order and a customer that are
/// there and for an order that is not.
///
/// @param body each character is one byte
/// @param status of the answer
/// @param slug of the problem's type
/// @param violations fields that the answer names, those and no others
record BadRequest(
        String name,
        String method,
        String path,
        Map<String, String> headers,
        String body,
        int status,
        String slug,
        Set<String> violations) {

    private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");

    /// A call without a body; not valid until it is said how it is refused.
    static BadRequest call(String name, String method, String path) {
        return new BadRequest(name, method, path, Map.of(), "", 0, "", Set.of());
    }

    /// A POST of JSON.
    static BadRequest post(String name, String path, String json) {
        return call(name, "POST", path).sending(json);
    }

    /// A PUT of JSON to a customer that is there.
    static BadRequest putCustomer(String name, String json) {
        return call(name, "PUT", "/customers/{customer}").sending(json);
    }

    BadRequest sending(String json) {
        String bytes =
                new String(json.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        return sendingBytes(bytes).with(JSON);
    }

    /// A body that need not be UTF-8: each character is one byte.
    BadRequest sendingBytes(String bytes) {
        return new BadRequest(name, method, path, headers, bytes, status, slug, violations);
    }

    /// With these headers only.
    BadRequest with(Map<String, String> others) {
        return new BadRequest(name, method, path, others, body, status, slug, violations);
    }

    /// Refused with another status than 400.
    BadRequest is(int other, String otherSlug) {
        return new BadRequest(name, method, path, headers, body, other, otherSlug, Set.of());
    }

    /// Refused as invalid, with exactly these fields as violations.
    BadRequest violates(String... fields) {
        Set<String> all = new TreeSet<>(Arrays.asList(fields));
        return new BadRequest(name, method, path, headers, body, 400, "invalid-request", all);
    }

    /// With real ids in the places of `{order}`, `{customer}` and `{new}`.
    BadRequest about(Map<String, String> ids) {
        return new BadRequest(
                name,
                method,
                filled(path, ids),
                headers,
                filled(body, ids),
                status,
                slug,
                violations);
    }

    byte[] bytes() {
        return body.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String filled(String template, Map<String, String> ids) {
        String text = template;
        for (Map.Entry<String, String> id : ids.entrySet()) {
            text = text.replace("{" + id.getKey() + "}", id.getValue());
        }
        return text;
    }

    /// The name of the test.
    @Override
    public String toString() {
        return name;
    }
}
