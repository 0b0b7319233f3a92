package io.mooring.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class RequiredToolTest {
  private static final String MISSING = "a-program-that-nobody-has";

  @Test
  void presentTool_isFound() {
    assertTrue(Files.isExecutable(RequiredTool.orSkip("sh")));
  }

  @Test
  void missingTool_skipsTheTestWithAReason() {
    var skipped =
        assertThrows(TestAbortedException.class, () -> RequiredTool.orSkip(MISSING, null));
    assertEquals(MISSING + " is not installed; this test needs it", skipped.getMessage());
  }

  @Test
  void missingTool_failsTheTest_whereCiIsTrue() {
    assertThrows(AssertionError.class, () -> RequiredTool.orSkip(MISSING, "true"));
  }
}
