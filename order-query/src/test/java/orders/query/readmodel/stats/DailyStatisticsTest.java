package orders.query.readmodel.stats;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import orders.query.Events;
import orders.query.StatisticsProfile;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/// The statistics of real orders are those that plain Java computes from their file.
@QuarkusTest
@TestProfile(StatisticsProfile.class)
class DailyStatisticsTest {

    static final Duration SOON = Duration.ofMinutes(2);
    static final String PROJECTION = "/projections/daily-order-stats";

    RetailOrders orders = RetailOrders.sample();

    @Test
    void they_are_right_to_the_cent_after_repeats_and_a_rebuild_too() {
        orders = RetailOrders.all();
        publish();
        assertEquals(orders.statistics(), statistics());

        publish();
        assertEquals(orders.statistics(), statistics());

        long generation = projection().getLong("generation");
        given().post(PROJECTION + "/rebuild").then().statusCode(202);
        await().atMost(SOON)
                .until(() -> {
                    assertEquals(orders.statistics(), statistics());
                    return projection().getLong("generation") > generation;
                });
        assertEquals(orders.statistics(), statistics());
    }

    void publish() {
        publish(orders.events());
        awaitAllApplied();
    }

    static void publish(List<ProducerRecord<String, byte[]>> events) {
        Events.publish(
                ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class),
                events);
    }

    static void awaitAllApplied() {
        await().atMost(SOON)
                .until(() ->
                        projection().getLong("lag.events") == 0
                                && projection().getString("state").equals("LIVE"));
    }

    static JsonPath projection() {
        return given().get(PROJECTION).then().statusCode(200).extract().jsonPath();
    }

    List<String> statistics() {
        List<Map<String, Object>> days =
                ask().then().statusCode(200).extract().jsonPath().getList("days");
        return days.stream()
                .filter(day -> orders.isOurs((String) day.get("currency")))
                .map(DailyStatisticsTest::line)
                .toList();
    }

    Response ask() {
        return given().get("/stats/daily?from=" + orders.from() + "&to=" + orders.to());
    }

    private static String line(Map<String, Object> day) {
        return "%s %s %s %s %s %s"
                .formatted(
                        day.get("date"),
                        day.get("currency"),
                        day.get("orderCount"),
                        day.get("totalRevenue"),
                        day.get("averageOrderValue"),
                        new TreeMap<>((Map<?, ?>) day.get("ordersByStatus")));
    }
}
