package dev.caravan.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The floors of the house: arrows only point down. */
class FloorsTest {

    private static final List<String> ROOMS =
            List.of("wire", "error", "catalog", "provider", "dialect", "usage", "access", "route", "app");

    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.caravan");

    @Test
    void every_room_is_inhabited_and_there_is_no_other() {
        assertThat(classes.stream()
                        .filter(c -> !c.getSimpleName().equals("package-info"))
                        .map(c -> c.getPackageName().split("\\.")[2])
                        .distinct())
                .containsExactlyInAnyOrderElementsOf(ROOMS);
    }

    @Test
    void arrows_only_point_down() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("dev.caravan..")
                .layer("app")
                .definedBy("dev.caravan.app..")
                .layer("route")
                .definedBy("dev.caravan.route..")
                .layer("provider")
                .definedBy("dev.caravan.provider..")
                .layer("dialect")
                .definedBy("dev.caravan.dialect..")
                .layer("usage")
                .definedBy("dev.caravan.usage..")
                .layer("access")
                .definedBy("dev.caravan.access..")
                .layer("catalog")
                .definedBy("dev.caravan.catalog..")
                .layer("words")
                .definedBy("dev.caravan.wire..", "dev.caravan.error..")
                .whereLayer("app")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("route")
                .mayOnlyBeAccessedByLayers("app")
                .whereLayer("provider")
                .mayOnlyBeAccessedByLayers("route", "app")
                .whereLayer("dialect")
                .mayOnlyBeAccessedByLayers("route", "app")
                .whereLayer("usage")
                .mayOnlyBeAccessedByLayers("route", "app")
                .whereLayer("access")
                .mayOnlyBeAccessedByLayers("route", "app")
                .whereLayer("catalog")
                .mayOnlyBeAccessedByLayers("provider", "dialect", "usage", "access", "route", "app")
                .check(classes);
    }

    @Test
    void rooms_do_not_go_round_in_circles() {
        SlicesRuleDefinition.slices()
                .matching("dev.caravan.(*)..")
                .should()
                .beFreeOfCycles()
                .check(classes);
    }

    @Test
    void camel_vertx_and_http_appear_in_route_and_app_only() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.caravan.route..", "dev.caravan.app..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.camel..", "io.vertx..", "io.netty..", "org.apache.hc..", "java.net.http..")
                .check(classes);
    }

    @Test
    void the_lowest_floor_knows_java_and_jackson_only() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.caravan.wire..", "dev.caravan.error..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        "java..",
                        "com.fasterxml.jackson..",
                        "org.jspecify..",
                        "dev.caravan.wire..",
                        "dev.caravan.error..")
                .check(classes);
    }

    @Test
    void names_say_what_a_class_does() {
        for (String empty :
                List.of("Manager", "Helper", "Util", "Utils", "Common", "Impl", "Info", "Service", "Misc")) {
            noClasses().should().haveSimpleNameEndingWith(empty).check(classes);
        }
    }
}
