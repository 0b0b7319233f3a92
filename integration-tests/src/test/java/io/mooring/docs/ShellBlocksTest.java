package io.mooring.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * A block marked {@code sh} is one that a test runs. Commands that no test can run, since they need
 * a board or a broker that is not here, stand in blocks marked {@code console}.
 */
class ShellBlocksTest {
  private static final Set<String> RUN_BY_A_TEST =
      new TreeSet<>(
          Set.of(
              "README.md", // .ci/run
              "docs/ENROLMENT.md", // EnrolmentPageTest
              "docs/GETTING-STARTED.md", // BenchPagesTest
              "docs/PINNING.md", // BenchPagesTest
              "docs/PROVISIONING.md", // ProvisioningPageTest
              "docs/SCRAM.md", // ScramPageTest
              "docs/TOKENS.md", // TokensPageTest
              "examples-raspberrypi/README.md")); // PiReadmeTest

  @Test
  void pagesWithShellBlocks_areThoseThatTestsRun() throws IOException {
    Set<String> found = new TreeSet<>();
    for (Page page : Page.all()) {
      if (!page.blocks("sh").isEmpty()) {
        found.add(page.name());
      }
    }
    assertEquals(RUN_BY_A_TEST, found);
  }
}
