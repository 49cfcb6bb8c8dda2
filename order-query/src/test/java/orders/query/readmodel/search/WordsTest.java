package orders.query.readmodel.search;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {

    @Test
    void every_character_is_folded_as_its_twins_are() {
        assertEquals(
                List.of(),
                characters()
                        .filter(text ->
                                twins(text)
                                        .anyMatch(twin ->
                                                !Words.folded(twin).equals(Words.folded(text))))
                        .toList());
    }

    @Test
    void what_is_folded_stays_as_it_is() {
        assertEquals(
                List.of(),
                characters()
                        .map(Words::folded)
                        .filter(folded -> !Words.folded(folded).equals(folded))
                        .toList());
    }

    private static Stream<String> characters() {
        return IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
                .filter(Character::isDefined)
                .filter(point -> Character.getType(point) != Character.SURROGATE)
                .mapToObj(Character::toString);
    }

    private static Stream<String> twins(String text) {
        return Stream.of(
                Normalizer.normalize(text, Form.NFC),
                Normalizer.normalize(text, Form.NFD),
                text.toUpperCase(Locale.ROOT),
                text.toLowerCase(Locale.ROOT));
    }

    @ParameterizedTest
    @CsvSource({
        "WHITE Mug 6, ",
        "ΩΣ, ",
        "ως, ωσ",
        "Straße, strasse",
        "Zoe\u0308, zo\u00eb",
        "m\u00b2, m2",
        "Zo\u00eb, "
    })
    void a_text_is_kept_folded_when_lower_case_is_not_enough(String text, String folded) {
        assertEquals(Optional.ofNullable(folded), Words.foldedOtherwise(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pu| pu",
                "pu,| pu",
                "\"pu\"| pu",
                "(pu)| pu",
                "pu.| pu. pu",
                "t-1| t-1",
                "a/b| a b",
                "-a_| a_ a"
            })
    void ids_are_found_in_what_stands_around_them(String token, String ids) {
        assertEquals(List.of(ids.split(" ")), Words.ids(token));
    }
}
