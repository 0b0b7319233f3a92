package io.mooring.bench.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has to be carried to a board: {@code jars}, and {@code image-arm64} where one is given. */
final class SizeRows {
  private static final double MEGABYTE = 1e6;

  private SizeRows() {}

  static void run(
      Options options,
      ClassPaths classPaths,
      @Nullable Path armImage,
      Results results,
      Progress progress)
      throws IOException {
    if (options.wants("jars")) {
      for (String client : options.clients()) {
        List<Path> jars = classPaths.jars(client);
        long bytes = 0;
        for (Path jar : jars) {
          bytes += Files.size(jar);
        }
        results.add("jars", client, "size", "MB", bytes / MEGABYTE);
        results.add("jars", client, "number", "count", jars.size());
      }
      progress.done("jars", results);
    }
    if (armImage != null && options.wants("image-arm64")) {
      results.add("image-arm64", "mooring", "size", "MB", Files.size(armImage) / MEGABYTE);
      progress.done("image-arm64", results);
    }
  }
}
