package orders.acceptance.retail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import orders.acceptance.retail.RetailOrder.RetailItem;

/// Reads a file of orders: one JSON object a line, plain or `.gz`.
public final class RetailFile {

    private static final ObjectMapper JSON = new ObjectMapper();

    private RetailFile() {}

    /// All orders of `file`, in its order.
    ///
    /// @throws IOException when the file cannot be read; the message names the line that is no
    ///   order
    public static List<RetailOrder> read(Path file) throws IOException {
        List<RetailOrder> orders = new ArrayList<>();
        try (BufferedReader lines = open(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                orders.add(order(line, file, orders.size() + 1));
            }
        }
        return orders;
    }

    private static BufferedReader open(Path file) throws IOException {
        InputStream bytes = Files.newInputStream(file);
        InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes;
        return new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8));
    }

    private static RetailOrder order(String line, Path file, int number) throws IOException {
        try {
            JsonNode json = JSON.readTree(line);
            List<RetailItem> items = new ArrayList<>();
            for (JsonNode item : json.required("items")) {
                items.add(item(item));
            }
            return new RetailOrder(
                    json.required("invoice").asText(),
                    json.required("customerId").asText(),
                    json.required("country").asText(),
                    Instant.parse(json.required("invoicedAt").asText()),
                    json.required("cancelled").asBoolean(),
                    items);
        } catch (IOException | IllegalArgumentException | DateTimeException broken) {
            throw new IOException(
                    file + ", line " + number + " is no order: " + broken.getMessage(), broken);
        }
    }

    private static RetailItem item(JsonNode json) {
        return new RetailItem(
                // One of them (`BANK CHARGES`) has a space, which no id may have.
                json.required("productId").asText().replace(' ', '-'),
                json.required("description").asText(),
                json.required("quantity").asInt(),
                new BigDecimal(json.required("unitPrice").asText()));
    }
}
