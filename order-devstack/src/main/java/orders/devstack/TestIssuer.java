package orders.devstack;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// An issuer of tokens for tests: it signs whatever a test wants, and publishes its keys as OpenID
/// Connect Discovery 1.0 says. `AUTH=keycloak` starts a real one.
public final class TestIssuer implements AutoCloseable {

    private static final String OPENID_CONFIGURATION = "/.well-known/openid-configuration";
    private static final int KEY_BITS = 2048;

    private final int port;
    private HttpServer server;
    private KeyPair keys = newKeys();
    private int rotations;

    private TestIssuer(int port) {
        this.port = port;
    }

    /// Starts one on a free port.
    public static TestIssuer start() {
        var issuer = new TestIssuer(Ports.free());
        issuer.resume();
        return issuer;
    }

    /// What its tokens name as `iss`, and where its configuration is.
    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /// Signs with a new key from now on, and publishes no other.
    public synchronized void rotateKeys() {
        keys = newKeys();
        rotations++;
    }

    /// A token that is valid for five minutes.
    ///
    /// @param customerId the claim `customer_id`, none when `null`
    public String token(String subject, String customerId, String... roles) {
        return signed(claims(subject, customerId, roles));
    }

    /// The claims of such a token, to be changed.
    public String claims(String subject, String customerId, String... roles) {
        long now = Instant.now().getEpochSecond();
        return """
        {"iss": "%s", "aud": "orders", "sub": "%s", "iat": %d, "exp": %d,%s
         "realm_access": {"roles": [%s]}}
        """
                .formatted(
                        url(),
                        subject,
                        now,
                        now + 300,
                        customerId == null ? "" : " \"customer_id\": \"%s\",".formatted(customerId),
                        Arrays.stream(roles)
                                .map("\"%s\""::formatted)
                                .collect(Collectors.joining(", ")));
    }

    /// A token with these claims.
    public synchronized String signed(String claims) {
        String content = content("RS256", claims);
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(keys.getPrivate());
            signature.update(content.getBytes(StandardCharsets.US_ASCII));
            return content + "." + base64(signature.sign());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// A token with these claims that nobody has signed.
    public synchronized String unsigned(String claims) {
        return content("none", claims) + ".";
    }

    /// A token with these claims, signed with a secret that everybody knows: the public key.
    public synchronized String signedWithPublicKey(String claims) {
        String content = content("HS256", claims);
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(keys.getPublic().getEncoded(), "HmacSHA256"));
            return content + "." + base64(mac.doFinal(content.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private String content(String algorithm, String claims) {
        String header =
                "{\"alg\": \"%s\", \"typ\": \"JWT\", \"kid\": \"%s\"}"
                        .formatted(algorithm, keyId());
        return Stream.of(header, claims)
                .map(part -> base64(part.getBytes(StandardCharsets.UTF_8)))
                .collect(Collectors.joining("."));
    }

    private String keyId() {
        return "key-" + rotations;
    }

    /// Answers nobody until [#resume].
    public synchronized void pause() {
        server.stop(0);
    }

    /// Answers again.
    public synchronized void resume() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        server.createContext(OPENID_CONFIGURATION, exchange -> answer(exchange, configuration()));
        server.createContext("/keys", exchange -> answer(exchange, publicKeys()));
        server.start();
    }

    private String configuration() {
        return """
        {"issuer": "%1$s", "jwks_uri": "%1$s/keys", "token_endpoint": "%1$s/token",
         "authorization_endpoint": "%1$s/authorize", "response_types_supported": ["code"],
         "subject_types_supported": ["public"],
         "id_token_signing_alg_values_supported": ["RS256"]}
        """
                .formatted(url());
    }

    private synchronized String publicKeys() {
        RSAPublicKey key = (RSAPublicKey) keys.getPublic();
        return """
        {"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "%s", "n": "%s", "e": "%s"}]}
        """
                .formatted(keyId(), number(key.getModulus()), number(key.getPublicExponent()));
    }

    private static void answer(HttpExchange exchange, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().put("Content-Type", List.of("application/json"));
        exchange.sendResponseHeaders(200, body.length);
        try (exchange;
                var stream = exchange.getResponseBody()) {
            stream.write(body);
        }
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(KEY_BITS);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Unsigned and big-endian, as RFC 7518 has it.
    private static String number(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return base64(bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public void close() {
        pause();
    }
}
