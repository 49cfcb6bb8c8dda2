package orders.k8s;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestsTest {

    private static final List<String> SERVICES = List.of("order-command", "order-query");

    @BeforeAll
    static void needs_kubectl() {
        assumeTrue(Manifests.canRender(), "the manifests are not checked: there is no kubectl");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"base", "overlays/local", "overlays/per-projection", "overlays/production"})
    void every_pod_is_admitted_by_the_restricted_standard(String folder) {
        Manifests.of(Path.of(folder))
                .pods()
                .forEach((name, pod) -> assertRestricted(name, pod.getSpec()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/local", "overlays/per-projection"})
    void the_services_run_without_a_writable_file_system_and_can_be_probed(String folder) {
        pods(Manifests.of(Path.of(folder)), "order-")
                .forEach((name, pod) -> {
                    Container container = only(pod);
                    var security = container.getSecurityContext();
                    assertTrue(security.getReadOnlyRootFilesystem(), name);
                    assertNotNull(container.getResources().getRequests().get("cpu"), name);
                    assertNotNull(container.getResources().getLimits().get("memory"), name);
                    if (!name.endsWith("-migration")) {
                        assertEquals(
                                List.of("/q/health/started", "/q/health/ready", "/q/health/live"),
                                Stream.of(
                                                container.getStartupProbe(),
                                                container.getReadinessProbe(),
                                                container.getLivenessProbe())
                                        .map(probe -> probe.getHttpGet().getPath())
                                        .toList(),
                                name);
                        assertEquals(2, pod.getSpec().getTopologySpreadConstraints().size(), name);
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlays/local", "overlays/per-projection"})
    void what_is_named_is_there(String folder) {
        Manifests manifests = Manifests.of(Path.of(folder));
        Set<String> configuration = names(manifests.all(ConfigMap.class));
        Set<String> secrets = names(manifests.all(Secret.class));
        Set<String> accounts = names(manifests.all(ServiceAccount.class));
        pods(manifests, "order-")
                .forEach((name, pod) -> {
                    Container container = only(pod);
                    assertAll(
                            name,
                            () ->
                                    assertTrue(
                                            accounts.contains(
                                                    pod.getSpec().getServiceAccountName())),
                            () ->
                                    container
                                            .getEnvFrom()
                                            .forEach(from ->
                                                    assertTrue(
                                                            configuration.contains(
                                                                    from.getConfigMapRef()
                                                                            .getName()))),
                            () ->
                                    fromSecrets(container)
                                            .forEach(secret ->
                                                    assertTrue(secrets.contains(secret), secret)));
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/local", "overlays/per-projection"})
    void services_and_budgets_select_the_pods_that_answer_and_no_others(String folder) {
        Manifests manifests = Manifests.of(Path.of(folder));
        for (String service : SERVICES) {
            var selectors =
                    Stream.concat(
                            named(manifests.all(Service.class), service)
                                    .map(each -> each.getSpec().getSelector()),
                            named(manifests.all(PodDisruptionBudget.class), service)
                                    .map(each -> each.getSpec().getSelector().getMatchLabels()));
            assertEquals(
                    List.of(List.of(service), List.of(service)),
                    selectors.map(selector -> selected(manifests, selector)).toList());
        }
    }

    @Test
    void each_projection_is_run_by_one_deployment_and_the_api_runs_none() {
        Map<String, String> enabled =
                pods(Manifests.of(Path.of("overlays/per-projection")), "order-query")
                        .entrySet()
                        .stream()
                        .filter(each -> !each.getKey().endsWith("-migration"))
                        .collect(
                                Collectors.toMap(
                                        Map.Entry::getKey,
                                        each ->
                                                value(
                                                        only(each.getValue()),
                                                        "PROJECTIONS_ENABLED")));

        assertEquals(
                Map.of(
                        "order-query", "none",
                        "order-query-daily-order-stats", "daily-order-stats",
                        "order-query-order-details", "order-details",
                        "order-query-order-search", "order-search",
                        "order-query-order-summaries", "order-summaries",
                        "order-query-order-timeline", "order-timeline"),
                enabled);
    }

    @Test
    void whatever_is_not_allowed_is_denied_and_the_read_side_cannot_reach_the_write_database() {
        List<NetworkPolicy> policies =
                Manifests.of(Path.of("base")).all(NetworkPolicy.class).toList();

        NetworkPolicy deny = named(policies.stream(), "deny-by-default").findFirst().orElseThrow();
        assertTrue(deny.getSpec().getPodSelector().getMatchLabels().isEmpty());
        assertTrue(deny.getSpec().getIngress().isEmpty() && deny.getSpec().getEgress().isEmpty());
        assertEquals(Set.of("write-database", "kafka"), reaches(policies, "order-command"));
        assertEquals(
                Set.of("read-database", "kafka", "mongodb", "clickhouse", "elasticsearch"),
                reaches(policies, "order-query"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlays/local", "overlays/production"})
    void every_setting_is_one_that_the_readme_explains(String folder) throws IOException {
        String readme = Files.readString(Path.of("../README.md"));
        Manifests.of(Path.of(folder))
                .all(ConfigMap.class)
                .filter(each -> each.getMetadata().getName().startsWith("order-"))
                .flatMap(each -> each.getData().keySet().stream())
                // The settings of Kafka's clients are Kafka's.
                .filter(setting -> !setting.startsWith("KAFKA_"))
                .forEach(setting -> assertTrue(readme.contains('`' + setting + '`'), setting));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gateway", "keda", "native", "per-projection"})
    void a_component_can_be_added(String component, @TempDir Path overlay) throws IOException {
        Path here = overlay.toRealPath().relativize(Path.of("").toRealPath());
        Files.writeString(
                overlay.resolve("kustomization.yaml"),
                """
                resources: [%1$s/overlays/%2$s]
                components: [%1$s/components/%3$s]
                """
                        .formatted(
                                here,
                                component.equals("keda") ? "production" : "local",
                                component));

        assertFalse(Manifests.of(overlay).all().isEmpty());
    }

    @Test
    void a_field_that_a_kind_does_not_have_is_refused(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("kustomization.yaml"), "resources: [service.yaml]");
        Files.writeString(
                folder.resolve("service.yaml"),
                """
                apiVersion: v1
                kind: Service
                metadata: {name: typo}
                spec: {selectors: {a: b}}
                """);

        assertThrows(IllegalStateException.class, () -> Manifests.of(folder));
    }

    private static void assertRestricted(String name, PodSpec pod) {
        assertEquals(false, pod.getAutomountServiceAccountToken(), name);
        assertEquals(false, pod.getEnableServiceLinks(), name);
        assertTrue(pod.getSecurityContext().getRunAsNonRoot(), name);
        assertEquals(
                "RuntimeDefault", pod.getSecurityContext().getSeccompProfile().getType(), name);
        for (Container container : pod.getContainers()) {
            var security = container.getSecurityContext();
            assertFalse(security.getAllowPrivilegeEscalation(), name);
            assertEquals(List.of("ALL"), security.getCapabilities().getDrop(), name);
            assertTrue(container.getImage().matches(".+:.*[0-9].*"), container.getImage());
        }
    }

    private static Map<String, PodTemplateSpec> pods(Manifests manifests, String prefix) {
        Map<String, PodTemplateSpec> pods =
                manifests.pods().entrySet().stream()
                        .filter(each -> each.getKey().startsWith(prefix))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        assertFalse(pods.isEmpty());
        return pods;
    }

    private static Container only(PodTemplateSpec pod) {
        assertEquals(1, pod.getSpec().getContainers().size());
        return pod.getSpec().getContainers().getFirst();
    }

    private static <K extends HasMetadata> Stream<K> named(Stream<K> all, String name) {
        return all.filter(each -> each.getMetadata().getName().equals(name));
    }

    private static Set<String> names(Stream<? extends HasMetadata> all) {
        return all.map(each -> each.getMetadata().getName()).collect(Collectors.toSet());
    }

    private static Stream<String> fromSecrets(Container container) {
        return container.getEnv().stream()
                .filter(variable -> variable.getValueFrom() != null)
                .map(variable -> variable.getValueFrom().getSecretKeyRef().getName());
    }

    private static String value(Container container, String variable) {
        return container.getEnv().stream()
                .filter(each -> each.getName().equals(variable))
                .map(EnvVar::getValue)
                .collect(Collectors.joining(","));
    }

    private static List<String> selected(Manifests manifests, Map<String, String> selector) {
        return manifests.pods().entrySet().stream()
                .filter(each ->
                        each.getValue()
                                .getMetadata()
                                .getLabels()
                                .entrySet()
                                .containsAll(selector.entrySet()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static Set<String> reaches(List<NetworkPolicy> policies, String service) {
        return named(policies.stream(), service)
                .flatMap(each -> each.getSpec().getEgress().stream())
                .flatMap(rule -> rule.getTo().stream())
                .map(peer -> peer.getPodSelector().getMatchLabels().get("orders/store"))
                .collect(Collectors.toSet());
    }
}
