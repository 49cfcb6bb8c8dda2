package orders.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlFailureTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "08006", "25006", "25P03", "28P01", "3D000", "53100", "53300", "57014", "57P01",
                "57P03", "58030"
            })
    void a_server_that_is_away_full_closed_or_read_only_is_an_outage(String sqlState) {
        assertEquals(SqlFailure.OUTAGE, SqlFailure.of(sqlState));
    }

    @ParameterizedTest
    @ValueSource(strings = {"40001", "40P01", "55P03"})
    void what_another_transaction_did_is_a_lost_race(String sqlState) {
        assertEquals(SqlFailure.LOST_RACE, SqlFailure.of(sqlState));
    }

    @ParameterizedTest
    @ValueSource(strings = {"22003", "22021", "22P02", "23505", "23514", "54000"})
    void values_that_are_not_taken_are_refused(String sqlState) {
        assertEquals(SqlFailure.REFUSAL, SqlFailure.of(sqlState));
    }

    @ParameterizedTest
    @ValueSource(strings = {"25001", "42P01", "42601", "42703", "XX000", "P0001", "", "?"})
    void everything_else_is_a_defect(String sqlState) {
        assertEquals(SqlFailure.DEFECT, SqlFailure.of(sqlState));
    }
}
