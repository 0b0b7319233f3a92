package io.mooring.architecture;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** ARCHITECTURE.md as rules over the bytecode of what a device runs. */
class ArchitectureTest {
  private static final JavaClasses SHIPPED = ShippedClasses.all();
  private static final JavaClasses OFFENDING =
      new ClassFileImporter().importPackages("io.mooring.offending");

  static Stream<Rule> rules() {
    return Stream.of(
            OutboundRules.all(),
            RoomRules.all(),
            SansIoRules.all(),
            ApiRules.all(),
            StateRules.all())
        .flatMap(rules -> rules);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void rule_holdsForEveryShippedClass(Rule rule) {
    rule.rule().check(SHIPPED);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void rule_catchesItsOffender(Rule rule) {
    String report = rule.rule().evaluate(OFFENDING).getFailureReport().toString();
    assertTrue(
        report.contains(rule.offender().getName()),
        () -> rule.offender() + " breaks the rule and was not caught. Caught:\n" + report);
  }
}
