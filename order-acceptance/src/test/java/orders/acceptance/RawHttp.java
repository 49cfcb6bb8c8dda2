package orders.acceptance;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Requests byte for byte as a test writes them, each on a connection of its own: for those that no
/// client library sends.
final class RawHttp {

    private static final String END_OF_HEAD = "\r\n\r\n";

    private RawHttp() {}

    /// The final answer as it stands on the wire. The body of a request with `Expect: 100-continue`
    /// is sent only when the server asks for it.
    ///
    /// @param head with `Connection: close` and the empty line that ends it
    /// @throws java.net.SocketTimeoutException when there is no answer in time
    static String answer(URI service, String head, String body, Duration timeout)
            throws IOException {
        try (Socket socket = new Socket(service.getHost(), service.getPort())) {
            socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
            InputStream answer = socket.getInputStream();
            if (!head.contains("\r\nExpect: 100-continue\r\n")) {
                send(socket, head + body);
                return text(answer.readAllBytes());
            }
            send(socket, head);
            String first = readHead(answer);
            if (!first.startsWith("HTTP/1.1 100 ")) {
                return first + text(answer.readAllBytes());
            }
            send(socket, body);
            return text(answer.readAllBytes());
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String readHead(InputStream answer) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf(END_OF_HEAD) < 0) {
            byte[] next = answer.readNBytes(1);
            if (next.length == 0) {
                throw new IOException("the answer ends within its head: " + head);
            }
            head.append(text(next));
        }
        return head.toString();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
