package io.mooring.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.testkit.Canaries;
import io.mooring.testkit.SoftHsm;
import io.mooring.testkit.SwTpm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What the build wrote down of the modules tested so far: what child processes of tests printed is
 * in it too. The extension in the testkit listens while tests run; this reads what is left of them.
 */
class ReportsTest {
  private static final Pattern REPORT =
      Pattern.compile(".*[/\\\\]target[/\\\\]surefire-reports[/\\\\][^/\\\\]*\\.(txt|xml)");

  private static final int DEPTH = 4;

  @Test
  void reports_holdNoSecretOfAnyTest() throws IOException {
    for (String secret :
        List.of(Canaries.PASSWORD, Canaries.STOREPASS, Canaries.PAYLOAD, SoftHsm.PIN, SwTpm.PIN)) {
      assertFalse(Canaries.in(secret).isEmpty(), "one secret is not looked for");
    }
    TreeSet<String> modules = new TreeSet<>();
    try (Stream<Path> files = Files.walk(Path.of(".."), DEPTH)) {
      for (Path report : files.filter(file -> REPORT.matcher(file.toString()).matches()).toList()) {
        modules.add(report.getName(1).toString());
        String text = Files.readString(report, StandardCharsets.ISO_8859_1);
        assertEquals(List.of(), Canaries.in(text), report::toString);
      }
    }
    System.out.println("no secret in the reports of " + modules);
    assertTrue(!"true".equals(System.getenv("CI")) || modules.size() > 5, modules::toString);
  }
}
