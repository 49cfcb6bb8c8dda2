package orders.k8s;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a folder of kustomize renders to.
record Manifests(List<HasMetadata> all) {

    private static final Map<String, Class<? extends HasMetadata>> KINDS =
            ServiceLoader.load(KubernetesResource.class).stream()
                    .map(ServiceLoader.Provider::type)
                    .filter(HasMetadata.class::isAssignableFrom)
                    .<Class<? extends HasMetadata>>map(kind -> kind.asSubclass(HasMetadata.class))
                    .collect(
                            Collectors.toMap(
                                    kind ->
                                            HasMetadata.getApiVersion(kind)
                                                    + HasMetadata.getKind(kind),
                                    kind -> kind,
                                    (one, _) -> one));

    private static final YAMLMapper YAML = new YAMLMapper();

    /// Refuses fields that a kind does not have, and text for a number.
    private static final ObjectMapper STRICT =
            YAMLMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                    .annotationIntrospector(
                            new JacksonAnnotationIntrospector() {
                                @Override
                                public Boolean hasAnySetter(Annotated member) {
                                    if (isOfAnyKind(member)) {
                                        return super.hasAnySetter(member);
                                    }
                                    return false;
                                }
                            })
                    .build();

    /// Only of the kinds of operators, whose fields are not known here, everything is taken.
    private static boolean isOfAnyKind(Annotated member) {
        return member instanceof AnnotatedMember of
                && of.getDeclaringClass() == GenericKubernetesResource.class;
    }

    static boolean canRender() {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "kubectl")));
    }

    /// @throws IllegalStateException when kustomize or a kind refuses it
    static Manifests of(Path folder) {
        try {
            Process kubectl =
                    new ProcessBuilder("kubectl", "kustomize", folder.toString())
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            try (var documents =
                    YAML.readerFor(JsonNode.class).<JsonNode>readValues(kubectl.getInputStream())) {
                List<HasMetadata> all = documents.readAll().stream().map(Manifests::read).toList();
                if (kubectl.waitFor() != 0) {
                    throw new IllegalStateException("kubectl kustomize refuses " + folder);
                }
                return new Manifests(all);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static HasMetadata read(JsonNode document) {
        String kind = document.path("apiVersion").asText() + document.path("kind").asText();
        try {
            return STRICT.treeToValue(
                    document, KINDS.getOrDefault(kind, GenericKubernetesResource.class));
        } catch (IOException e) {
            throw new IllegalStateException(kind + ": " + e.getMessage(), e);
        }
    }

    <K extends HasMetadata> Stream<K> all(Class<K> kind) {
        return all.stream().filter(kind::isInstance).map(kind::cast);
    }

    /// The pods of everything that has some, by its name.
    Map<String, PodTemplateSpec> pods() {
        return Stream.concat(
                        all(Deployment.class)
                                .map(each ->
                                        Map.entry(
                                                each.getMetadata().getName(),
                                                each.getSpec().getTemplate())),
                        all(Job.class)
                                .map(each ->
                                        Map.entry(
                                                each.getMetadata().getName(),
                                                each.getSpec().getTemplate())))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
