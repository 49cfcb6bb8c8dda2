package orders.query.projection;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Enables the channels of those projections that `projections.enabled` names. A channel's own
/// setting, `mp.messaging.incoming.<name>.enabled`, comes first.
public final class EnabledChannels implements ConfigSourceInterceptor {

    private static final Pattern ENABLED =
            Pattern.compile("mp\\.messaging\\.incoming\\.(.+)\\.enabled");
    private static final Pattern SEPARATOR = Pattern.compile("\\s*,\\s*");

    /// The setting that enables the channel of a projection.
    static String setting(String projection) {
        return "mp.messaging.incoming." + projection + ".enabled";
    }

    @Override
    public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        ConfigValue own = context.proceed(name);
        Matcher channel = ENABLED.matcher(name);
        if (!channel.matches() || isSet(own)) {
            return own;
        }
        ConfigValue enabled = context.restart("projections.enabled");
        if (enabled == null || enabled.getValue() == null) {
            return own;
        }
        boolean isNamed =
                Arrays.asList(SEPARATOR.split(enabled.getValue().strip()))
                        .contains(channel.group(1));
        return enabled.from().withName(name).withValue(Boolean.toString(isNamed)).build();
    }

    /// Quarkus has a default for each channel.
    private static boolean isSet(ConfigValue value) {
        return value != null && value.getConfigSourceOrdinal() > Integer.MIN_VALUE;
    }
}
