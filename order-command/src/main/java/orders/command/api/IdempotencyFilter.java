package orders.command.api;

import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import orders.command.handling.Accepted;
import orders.command.handling.CommandFailure;
import orders.command.handling.IdempotencyKey;
import orders.command.handling.IdempotencyStore;
import orders.http.InvalidRequest;
import orders.http.RequestBody;
import orders.http.Violation;
import orders.http.access.Caller;

/// The header `Idempotency-Key`: the same request again gets the first answer again.
@ApplicationScoped
class IdempotencyFilter {

    private static final String HEADER = "Idempotency-Key";
    private static final Pattern VISIBLE_ASCII = Pattern.compile("[\\x21-\\x7E]{1,255}");

    private final IdempotencyStore keys;

    IdempotencyFilter(IdempotencyStore keys) {
        this.keys = keys;
    }

    /// What `command` accepts, which gets the key of `request`. Only when it fails, the key is
    /// looked up: a remembered key comes before everything else that may be wrong with a request.
    Uni<Accepted> accept(
            RoutingContext request, Function<Optional<IdempotencyKey>, Uni<Accepted>> command) {
        Optional<IdempotencyKey> key = keyOf(request);
        Uni<Accepted> accepted = Uni.createFrom().deferred(() -> command.apply(key));
        return key.map(given ->
                        accepted.onFailure(IdempotencyFilter::mayBeRepeated)
                                .recoverWithUni(failure -> recall(given, failure)))
                .orElse(accepted);
    }

    private static boolean mayBeRepeated(Throwable failure) {
        return switch (failure) {
            case InvalidRequest _,
                    CommandFailure.Rejected _,
                    CommandFailure.VersionConflict _,
                    CommandFailure.ConcurrentUpdate _,
                    CommandFailure.KeyTaken _ ->
                    true;
            default -> false;
        };
    }

    private Uni<Accepted> recall(IdempotencyKey key, Throwable failure) {
        return keys.recall(key)
                .chain(remembered ->
                        remembered
                                .map(accepted -> Uni.createFrom().item(accepted))
                                .orElseGet(() -> Uni.createFrom().failure(failure)));
    }

    private static Optional<IdempotencyKey> keyOf(RoutingContext request) {
        List<String> values = request.request().headers().getAll(HEADER);
        if (values.isEmpty()) {
            return Optional.empty();
        }
        if (values.size() > 1 || !VISIBLE_ASCII.matcher(values.getFirst()).matches()) {
            throw new InvalidRequest(
                    List.of(
                            new Violation(
                                    HEADER, "must be 1 to 255 visible ASCII characters, once")));
        }
        String call = request.request().method() + " " + request.request().path() + "\n";
        // A key belongs to its caller; it has no space.
        String key =
                Caller.of(request).subject().map(subject -> subject + " ").orElse("")
                        + values.getFirst();
        return Optional.of(new IdempotencyKey(key, fingerprint(call, RequestBody.bytes(request))));
    }

    private static String fingerprint(String call, byte[] body) {
        MessageDigest digest = sha256();
        digest.update(call.getBytes(StandardCharsets.UTF_8));
        digest.update(body);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
