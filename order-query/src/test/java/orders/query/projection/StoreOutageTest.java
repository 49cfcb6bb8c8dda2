package orders.query.projection;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreOutageTest {

    @ParameterizedTest
    @ValueSource(strings = {"08006", "25006", "28P01", "3D000", "53300", "57014", "57P01", "57P03"})
    void a_server_that_is_away_full_or_closed_is_an_outage(String sqlState) {
        assertTrue(isOutage(refused(sqlState)));
        assertTrue(isOutage(new IllegalStateException(refused(sqlState))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"42P01", "42601", "22003", "23505", "40001"})
    void a_statement_that_is_wrong_is_none(String sqlState) {
        assertFalse(isOutage(refused(sqlState)));
        assertFalse(isOutage(new IllegalStateException(refused(sqlState))));
    }

    @Test
    void a_connection_that_is_lost_is_an_outage() {
        assertTrue(isOutage(new VertxException("Connection was closed")));
        assertTrue(isOutage(new IllegalStateException(new IOException("reset"))));
        assertFalse(isOutage(new IllegalStateException("a bug")));
    }

    private static boolean isOutage(Throwable failure) {
        return StoreOutage.isOne(failure, _ -> false);
    }

    private static PgException refused(String sqlState) {
        return new PgException("refused", "ERROR", sqlState, null);
    }
}
