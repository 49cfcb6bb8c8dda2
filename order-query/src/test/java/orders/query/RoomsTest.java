package orders.query;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.Test;

/// What each room may know.
class RoomsTest {

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("orders.query");

    @Test
    void the_engine_knows_no_store_but_that_of_its_offsets() {
        noClasses()
                .that()
                .resideInAPackage("orders.query.projection..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "com.mongodb..",
                        "org.bson..",
                        "io.quarkus.mongodb..",
                        "org.elasticsearch..")
                .check(CLASSES);
    }

    @Test
    void read_models_do_not_know_each_other() {
        slices().matching("orders.query.readmodel.(*)..")
                .should()
                .notDependOnEachOther()
                .check(CLASSES);
    }

    /// Settings of Kafka's clients, those of security too, are put in at one place.
    @Test
    void one_class_makes_the_clients_of_kafka() {
        noClasses()
                .that()
                .haveNameNotMatching("orders\\.query\\.projection\\.KafkaClients(\\$.*)?")
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
                .resideOutsideOfPackage("orders.query.api..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("orders.query.api..")
                .check(CLASSES);
    }

    @Test
    void the_query_service_knows_nothing_of_the_command_service() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("orders.command..")
                .check(CLASSES);
    }

    @Test
    void there_are_no_cycles() {
        slices().matching("orders.query.(*)..").should().beFreeOfCycles().check(CLASSES);
    }
}
