package io.mooring.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.mooring.packaging.FootprintBudget.Line;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Holds what the client weighs against {@code build/footprint.csv}: figures that do not depend on
 * how fast the machine is or what else it does. After a change on purpose: run with {@code
 * -Dmooring.footprint.write=true}, look at the difference, and say it in CHANGELOG.md.
 */
@Timeout(120)
@EnabledOnOs(value = OS.LINUX, disabledReason = "sockets are read from /proc")
class FootprintTest {
  private static final Path BUDGET = Path.of("..", "build", "footprint.csv");
  private static final String JARS = "jar-";

  @TestFactory
  Stream<DynamicTest> footprint_isWithinTheBudget(@TempDir Path folder) throws Exception {
    Map<String, Long> figures = new TreeMap<>(FootprintProbe.measure(folder));
    figures.putAll(jars());
    if (Boolean.getBoolean("mooring.footprint.write")) {
      FootprintBudget.read(BUDGET).measured(figures).write(BUDGET);
    }
    return FootprintBudget.read(BUDGET).lines().stream()
        .map(line -> dynamicTest(line.figure(), () -> check(line, figures)));
  }

  @Test
  void budget_hasEveryFigure_andAReasonForItsHeadRoom() throws IOException {
    Set<String> names = new TreeSet<>();
    for (Line line : FootprintBudget.read(BUDGET).lines()) {
      assertTrue(names.add(line.figure()), () -> line.figure() + " is there twice");
      assertTrue(!line.reason().isBlank(), () -> line.figure() + " has no reason");
    }
    Set<String> measured = new TreeSet<>(FootprintProbe.FIGURES);
    Libraries.ours().keySet().forEach(library -> measured.add(JARS + library));
    measured.add(JARS + "sum");
    assertEquals(measured, names, "figures that are measured, and those that have a limit");
  }

  private static void check(Line line, Map<String, Long> figures) {
    Long value = figures.get(line.figure());
    // Whoever runs the tests alone has folders of classes; verify has the jars.
    assumeTrue(
        value != null || !line.figure().startsWith(JARS),
        "there are no jars yet; mvn verify makes them");
    assertTrue(value != null, () -> line.figure() + " was not measured");
    assertTrue(
        value <= line.limit(),
        () ->
            line.figure()
                + " is "
                + value
                + " "
                + line.unit()
                + ", the budget in build/footprint.csv is "
                + line.limit()
                + ". Find what has grown (docs/PERFORMANCE.md, Footprint) and take it back; if it is"
                + " worth its weight, run this test with -Dmooring.footprint.write=true and say so in"
                + " CHANGELOG.md");
  }

  /** Each of ours, and the sum of what a device with certificate or SCRAM carries. */
  private static Map<String, Long> jars() throws IOException {
    Map<String, Long> sizes = new TreeMap<>();
    long sum = 0;
    for (Map.Entry<String, Path> each : Libraries.ours().entrySet()) {
      if (Files.isDirectory(each.getValue())) {
        return Map.of();
      }
      long size = Files.size(each.getValue());
      sizes.put(JARS + each.getKey(), size);
      if (!each.getKey().equals("client-enrol")) {
        sum += size;
      }
    }
    for (Path each : Libraries.theirs()) {
      sum += Files.size(each);
    }
    sizes.put(JARS + "sum", sum);
    return sizes;
  }
}
