package io.mooring.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Makes the temporary folders of tests, as JUnit does by itself, and shows them to {@link
 * CanaryExtension}; the build names it in {@code junit.jupiter.tempdir.factory.default}.
 */
public final class CanaryTempDirs implements TempDirFactory {
  /** JUnit makes it. */
  public CanaryTempDirs() {}

  @Override
  public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
      throws IOException {
    Path folder = Files.createTempDirectory("junit-");
    CanaryFiles.FILES.watch(folder);
    return folder;
  }
}
