package io.mooring.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.lang.ArchRule;
import io.mooring.offending.CoreKnowsScram;
import io.mooring.offending.LogsElsewhere;
import io.mooring.offending.TouchesBouncyCastle;
import io.mooring.offending.TouchesPaho;
import io.mooring.offending.enrol.EnrolKnowsScram;
import io.mooring.offending.examples.ExampleKnowsCli;
import io.mooring.offending.keystore.KeystoreKnowsScram;
import io.mooring.offending.keystore.LibraryKnowsDemo;
import io.mooring.offending.micrometer.MicrometerKnowsScram;
import io.mooring.offending.scram.ScramKnowsKeystore;
import java.util.stream.Stream;

/** Who may know whom: arrows point down only. */
final class RoomRules {
  static final String SCRAM = "io.mooring..scram..";
  static final String KEYSTORE = "io.mooring..keystore..";
  static final String ENROL = "io.mooring..enrol..";
  static final String MICROMETER = "io.mooring..micrometer..";
  static final String CLI = "io.mooring..cli..";
  static final String EXAMPLES = "io.mooring..examples..";

  /** One leg of one example, on a closed network: see its package's comment. */
  static final String PLAINTEXT = "io.mooring.examples.esp32bridge.plaintext..";

  static final String[] ABOVE_CORE = {SCRAM, KEYSTORE, ENROL, MICROMETER, CLI, EXAMPLES};

  private RoomRules() {}

  static Stream<Rule> all() {
    return Stream.of(
        new Rule(
            "client-core knows nobody",
            noClasses()
                .that()
                .resideOutsideOfPackages(ABOVE_CORE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ABOVE_CORE),
            CoreKnowsScram.class),
        new Rule(
            "client-scram knows client-core only", onlyCoreBelow(SCRAM), ScramKnowsKeystore.class),
        new Rule(
            "client-keystore knows client-core only",
            onlyCoreBelow(KEYSTORE),
            KeystoreKnowsScram.class),
        new Rule(
            "client-micrometer knows client-core only",
            onlyCoreBelow(MICROMETER),
            MicrometerKnowsScram.class),
        new Rule(
            "client-enrol knows client-core and client-keystore only",
            noClasses()
                .that()
                .resideInAPackage(ENROL)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(SCRAM, CLI, EXAMPLES),
            EnrolKnowsScram.class),
        new Rule(
            "client-enrol knows the ASN.1 of Bouncy Castle only",
            noClasses()
                .that()
                .resideInAPackage(ENROL)
                .should()
                .dependOnClassesThat(
                    resideInAPackage("org.bouncycastle..")
                        .and(not(resideInAPackage("org.bouncycastle.asn1.."))))
                .because("its EST client needs a second TLS stack and a global provider"),
            EnrolKnowsScram.class),
        new Rule(
            "nobody knows the command line",
            noClasses()
                .that()
                .resideOutsideOfPackage(CLI)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(CLI),
            ExampleKnowsCli.class),
        new Rule(
            "nothing shipped knows the test kit or the demo broker",
            noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                    "io.mooring..testkit..", "io.mooring..demo..", "com.hivemq..", "org.junit.."),
            LibraryKnowsDemo.class),
        new Rule(
            "Bouncy Castle stays in internal.tls of client-core",
            noClasses()
                .that()
                .resideOutsideOfPackages(ABOVE_CORE)
                .and()
                .resideOutsideOfPackage("io.mooring..internal.tls..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bouncycastle.."),
            TouchesBouncyCastle.class),
        new Rule(
            "Paho stays in internal.wire and in the bridge's plaintext leg",
            noClasses()
                .that()
                .resideOutsideOfPackages("io.mooring..internal.wire..", PLAINTEXT)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.eclipse.paho.."),
            TouchesPaho.class),
        new Rule(
            "Paho is its packets and never its engine, but for the bridge's plaintext leg",
            classes()
                .that()
                .resideOutsideOfPackage(PLAINTEXT)
                .should()
                .onlyDependOnClassesThat()
                .resideOutsideOfPackage("org.eclipse.paho.mqttv5.client..")
                .because("the engine sends stored messages before the broker is proven"),
            TouchesPaho.class),
        new Rule(
            "System.Logger is the logging facade",
            noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                    "java.util.logging..",
                    "org.slf4j..",
                    "org.apache.logging..",
                    "org.apache.commons.logging..",
                    "ch.qos.logback.."),
            LogsElsewhere.class));
  }

  private static ArchRule onlyCoreBelow(String room) {
    String[] others =
        Stream.of(ABOVE_CORE).filter(other -> !other.equals(room)).toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage(room)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others);
  }
}
