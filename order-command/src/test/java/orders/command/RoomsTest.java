package orders.command;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.Test;

/// What each room may know.
class RoomsTest {

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("orders.command", "orders.model", "orders.http");

    @Test
    void the_domain_knows_java_and_the_model_only() {
        noClasses()
                .that()
                .resideInAPackage("orders.command.domain..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages("orders.command.domain..", "orders.model..", "java..")
                .check(CLASSES);
    }

    @Test
    void the_domain_has_no_clock() {
        noClasses()
                .that()
                .resideInAPackage("orders.command.domain..")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .check(CLASSES);
    }

    @Test
    void the_relay_knows_no_order() {
        noClasses()
                .that()
                .resideInAPackage("orders.command.relay..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "orders.command.domain..",
                        "orders.command.handling..",
                        "orders.command.store..")
                .check(CLASSES);
    }

    /// Settings of Kafka's clients, those of security too, are put in at one place.
    @Test
    void one_class_makes_the_clients_of_kafka() {
        noClasses()
                .that()
                .haveNameNotMatching("orders\\.command\\.relay\\.KafkaClients(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(KafkaConsumer.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(KafkaProducer.class)
                .orShould()
                .callMethodWhere(
                        target(name("create")).and(target(owner(assignableTo(Admin.class)))))
                .check(CLASSES);
    }

    @Test
    void nobody_imports_the_api() {
        noClasses()
                .that()
                .resideOutsideOfPackage("orders.command.api..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("orders.command.api..")
                .check(CLASSES);
    }

    @Test
    void the_command_service_knows_nothing_of_the_query_service() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("orders.query..")
                .check(CLASSES);
    }

    @Test
    void the_model_knows_nobody() {
        noClasses()
                .that()
                .resideInAPackage("orders.model..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("orders.command..", "io.quarkus..", "jakarta..")
                .check(CLASSES);
    }

    @Test
    void what_the_services_share_at_the_edge_of_http_knows_nothing_of_the_project() {
        noClasses()
                .that()
                .resideInAPackage("orders.http..")
                .should()
                .dependOnClassesThat(
                        resideInAPackage("orders..").and(resideOutsideOfPackage("orders.http..")))
                .check(CLASSES);
    }

    @Test
    void there_are_no_cycles() {
        slices().matching("orders.command.(*)..").should().beFreeOfCycles().check(CLASSES);
    }
}
