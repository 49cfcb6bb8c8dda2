package orders.query.projection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EnabledChannelsTest {

    @Test
    void channels_of_projections_that_are_named_are_enabled_and_no_others() {
        Map<String, String> settings = Map.of("projections.enabled", "order-details, order-search");

        assertEquals(Optional.of(true), isEnabled("order-details", settings));
        assertEquals(Optional.of(true), isEnabled("order-search", settings));
        assertEquals(Optional.of(false), isEnabled("order-summaries", settings));
    }

    @Test
    void none_enables_none() {
        assertEquals(
                Optional.of(false),
                isEnabled("order-details", Map.of("projections.enabled", "none")));
    }

    @Test
    void nothing_is_said_of_channels_when_no_projection_is_named() {
        assertEquals(Optional.empty(), isEnabled("order-details", Map.of()));
    }

    @Test
    void the_own_setting_of_a_channel_comes_first() {
        assertEquals(
                Optional.of(false),
                isEnabled(
                        "order-details",
                        Map.of(
                                "projections.enabled",
                                "order-details",
                                EnabledChannels.setting("order-details"),
                                "false")));
    }

    private static Optional<Boolean> isEnabled(String projection, Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .withInterceptors(new EnabledChannels())
                .withSources(new PropertiesConfigSource(settings, "settings", 100))
                .withDefaultValue(EnabledChannels.setting("order-summaries"), "true")
                .build()
                .getOptionalValue(EnabledChannels.setting(projection), Boolean.class);
    }
}
