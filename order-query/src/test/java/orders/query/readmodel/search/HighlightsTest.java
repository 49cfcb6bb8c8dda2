package orders.query.readmodel.search;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HighlightsTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "teapot, BLUE TEAPOT, BLUE <em>TEAPOT</em>",
                "hangin hart, White hanging heart, White <em>hanging</em> <em>heart</em>",
                "nestign, NESTING BOXES, <em>NESTING</em> BOXES",
                "doormatt, DOORMAT, <em>DOORMAT</em>",
                "chrstms, CHRISTMAS, <em>CHRISTMAS</em>",
                "chrsms, CHRISTMAS,",
                "box, BOXES,",
                "boxe, BOXES, <em>BOXES</em>",
                "re, RED,",
                "t-light, T-LIGHT HOLDER, <em>T</em>-<em>LIGHT</em> HOLDER",
                "50's, PAPER 50'S, PAPER <em>50</em>&#x27;<em>S</em>",
                "don't, DON'T, <em>DON&#x27;T</em>",
                "|feather,coal|, |FEATHER PEN,COAL|, |<em>FEATHER</em> PEN,<em>COAL</em>|",
                "1.5, 1.5 litres, <em>1.5</em> litres",
                "b cup, <b>Cup</b>, &lt;<em>b</em>&gt;<em>Cup</em>&lt;&#x2F;<em>b</em>&gt;",
                "😀, smile 😀😀, smile <em>😀</em><em>😀</em>",
                "日, 日本語, <em>日</em>本語",
                "École, ÉCOLE, <em>ÉCOLE</em>",
                "οδοσ, ΟΔΟΣ, <em>ΟΔΟΣ</em>",
                "strasse, Große Straße, Große <em>Straße</em>",
                "zoe\u0308, Zo\u00eb, <em>Zo\u00eb</em>",
                "\"zoë\", Zoe\u0308, <em>Zoe\u0308</em>",
                "*, *,",
            })
    void words_are_shown_that_are_equal_or_almost(String text, String description, String shown) {
        assertEquals(
                shown == null ? Map.of() : Map.of("descriptions", List.of(shown)),
                new Highlights(text).of(order(null, List.of(description), List.of())));
    }

    @Test
    void ids_are_shown_as_a_whole_in_any_case() {
        assertEquals(
                Map.of(
                        "customerName", List.of("Ada &amp; <em>Lovelace</em>"),
                        "productIds", List.of("<em>T-1</em>"),
                        "orderId", List.of("<em>Order-1</em>")),
                new Highlights("\"t-1\", (ORDER-1). lovelac")
                        .of(order("Ada & Lovelace", List.of(), List.of("T-1", "T-2", "T-1"))));
    }

    @Test
    void of_many_lines_those_are_shown_that_have_the_most_words() {
        var lines = List.of("red cup", "red", "blue", "red teapot", "red", "big red teapot");

        assertEquals(
                Map.of(
                        "descriptions",
                        List.of(
                                "<em>red</em> cup",
                                "<em>red</em> <em>teapot</em>",
                                "big <em>red</em> <em>teapot</em>")),
                new Highlights("teapot red").of(order(null, lines, List.of())));
    }

    private static OrderDocument order(
            String customerName, List<String> descriptions, List<String> productIds) {
        return new OrderDocument(
                "Order-1",
                "ada",
                customerName,
                null,
                null,
                0,
                "CREATED",
                "1.00",
                "EUR",
                1,
                descriptions,
                List.of(),
                productIds,
                Instant.EPOCH,
                Instant.EPOCH,
                1,
                null);
    }
}
