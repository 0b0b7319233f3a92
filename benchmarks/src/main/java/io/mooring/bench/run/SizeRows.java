package io.mooring.bench.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What has to be carried to a board: {@code jars}, and {@code image-arm64} where one is given. */
final class SizeRows {
  private static final double MEGABYTE = 1e6;

  private SizeRows() {}

  static void run(Run run) {
    if (run.begins("jars")) {
      for (String client : run.options().clients()) {
        try {
          jars(run, client);
        } catch (IOException e) {
          run.progress().failed("jars", client, e);
        }
      }
      run.progress().done("jars", run.results());
    }
    Path image = run.options().armImage();
    if (image != null && run.begins("image-arm64")) {
      try {
        double size = Files.size(image) / MEGABYTE;
        run.results().add("image-arm64", Table.OURS, "size", "MB", size);
        run.progress().done("image-arm64", run.results());
      } catch (IOException e) {
        run.progress().failed("image-arm64", Table.OURS, e);
      }
    }
  }

  private static void jars(Run run, String client) throws IOException {
    List<Path> jars = run.classPaths().jars(client);
    long bytes = 0;
    for (Path jar : jars) {
      bytes += Files.size(jar);
    }
    run.results().add("jars", client, "size", "MB", bytes / MEGABYTE);
    run.results().add("jars", client, "number", "count", jars.size());
  }
}
