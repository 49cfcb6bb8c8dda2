package orders.acceptance;

import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Hands the [RunningSystem] to test classes, and the [SecuredSystem] beside it: started when the
/// first asks, shared by all, stopped after the last.
public final class WithRunningSystem implements ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(WithRunningSystem.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == RunningSystem.class || type == SecuredSystem.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Store shared = context.getRoot().getStore(NAMESPACE);
        RunningSystem system =
                shared.computeIfAbsent(
                        RunningSystem.class,
                        _ -> RunningSystem.start("system"),
                        RunningSystem.class);
        return parameter.getParameter().getType() == RunningSystem.class
                ? system
                : shared.computeIfAbsent(
                        SecuredSystem.class,
                        _ -> SecuredSystem.start(system, "secured", Map.of()),
                        SecuredSystem.class);
    }
}
