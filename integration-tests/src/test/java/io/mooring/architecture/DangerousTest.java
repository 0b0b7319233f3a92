package io.mooring.architecture;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** All that weakens a default, in one list: a new one has to be weighed, and written down. */
class DangerousTest {
  private static final List<String> WEIGHED =
      List.of(
          "ClientBuilder.anonymous",
          "ClientBuilder.capture",
          "ClientBuilder.keyLog",
          "ClientBuilder.wideSubscriptions",
          "HttpProxy.basicInTheClear",
          "PinSet.single",
          "Scram.minIterations",
          "TlsPolicy.anyHostName",
          "TopicPolicy.publishWide",
          "TopicPolicy.subscribeWide");

  @Test
  void dangerousOptions_areThose() {
    TreeSet<String> found =
        ShippedClasses.all().stream()
            .filter(type -> type.getSimpleName().equals("Dangerous"))
            .flatMap(type -> type.getMethods().stream())
            .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
            .map(method -> owner(method.getOwner()) + "." + method.getName())
            .collect(toCollection(TreeSet::new));
    assertEquals(new TreeSet<>(WEIGHED), found);
  }

  @Test
  void dangerousOptions_areAllInTheDefaultsPage() throws IOException {
    String page = Files.readString(ShippedClasses.folder("docs").resolve("DEFAULTS.md"));
    for (String option : WEIGHED) {
      assertTrue(page.contains("| `" + option + "` |"), () -> option + " is not in DEFAULTS.md");
    }
  }

  private static String owner(JavaClass dangerous) {
    return dangerous.getEnclosingClass().orElseThrow().getSimpleName();
  }
}
