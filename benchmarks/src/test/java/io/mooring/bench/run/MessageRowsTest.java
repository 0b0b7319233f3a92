package io.mooring.bench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MessageRowsTest {
  private static Options options(String... arguments) throws UsageException {
    return Options.parse(Path.of("results"), arguments);
  }

  private static List<String> names(Options options) {
    return Stream.<List<? extends WarmRow>>of(
            MessageRows.connect(options),
            MessageRows.connectWithNagle(options),
            MessageRows.roundTrip(options),
            MessageRows.publish(options),
            MessageRows.receive(options))
        .flatMap(List::stream)
        .map(WarmRow::name)
        .toList();
  }

  @Test
  void quick_hasTheRowsOfTheTargets() throws UsageException {
    Set<String> expected = new HashSet<>();
    Targets.all().stream()
        .map(Target::row)
        .filter(row -> row.matches("(connect-cert|roundtrip|publish|receive).*"))
        .forEach(expected::add);
    assertEquals(expected, new HashSet<>(names(options("--quick"))));
  }

  @Test
  void full_hasEverySizeWindowAndQos_onceEach() throws UsageException {
    List<String> names = names(options());
    // Connect with and without Nagle's algorithm, round trip heard of and waited for, 3 sizes at
    // QoS 0, 3 x 4 at QoS 1 and 2 each, and
    // 9 that receive.
    assertEquals(2 + 2 + 3 + 12 + 12 + 9, names.size());
    assertEquals(names.size(), new HashSet<>(names).size());
    assertTrue(names.contains("publish-q2-16384-w1000"));
    assertTrue(names.contains("publish-q0-64"));
    assertTrue(names.contains("receive-q2-1024"));
  }

  @Test
  void names_beginAsTheFamiliesThatCanBeAskedFor() throws UsageException {
    for (String name : names(options())) {
      assertTrue(Options.FAMILIES.stream().anyMatch(name::startsWith), name);
    }
  }

  @Test
  void crt_hasNoQos2() {
    assertFalse(MessageRow.publish(2, 64, 100, 1, 1).suits("aws-crt"));
    assertTrue(MessageRow.publish(1, 64, 100, 1, 1).suits("aws-crt"));
    assertTrue(MessageRow.publish(2, 64, 100, 1, 1).suits("hivemq"));
  }
}
