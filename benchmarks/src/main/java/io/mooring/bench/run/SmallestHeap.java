package io.mooring.bench.run;

import io.mooring.bench.child.Cold;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The smallest -Xmx with which a client connects and sends 1,000 messages, twice in a row. */
final class SmallestHeap {
  private static final int LOW = 2;
  private static final int HIGH = 64;
  private static final int PROOFS = 2;
  private static final long PATIENCE_SECONDS = 15;

  private final Options options;
  private final Launches launches;
  private final Path work;
  private final Results results;
  private final Progress progress;

  SmallestHeap(Options options, Launches launches, Path work, Results results, Progress progress) {
    this.options = options;
    this.launches = launches;
    this.work = work;
    this.results = results;
    this.progress = progress;
  }

  void run() throws InterruptedException {
    for (String variant : new String[] {"default", "tuned"}) {
      String row = "xmx-" + variant;
      if (options.wants(row) && (variant.equals("tuned") || !options.quick())) {
        for (String client : options.clients()) {
          try {
            Launch launch =
                variant.equals("tuned")
                    ? launches.tuned(client)
                    : launches.plain(client).with("-XX:+UseSerialGC");
            results.add(row, client, "xmx", "MB", smallest(client, launch));
          } catch (IOException e) {
            progress.failed(row, client, e);
          }
        }
        progress.done(row, results);
      }
    }
  }

  private int smallest(String client, Launch launch) throws IOException, InterruptedException {
    int low = LOW;
    int high = HIGH;
    while (low < high) {
      int middle = (low + high) / 2;
      if (works(client, launch, middle)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    while (low < HIGH && !proven(client, launch, low)) {
      low++;
    }
    return low;
  }

  private boolean proven(String client, Launch launch, int megabytes)
      throws IOException, InterruptedException {
    for (int i = 0; i < PROOFS; i++) {
      if (!works(client, launch, megabytes)) {
        return false;
      }
    }
    return true;
  }

  private boolean works(String client, Launch launch, int megabytes)
      throws IOException, InterruptedException {
    Process process =
        launch
            .with("-Xms" + LOW + "m", "-Xmx" + megabytes + "m", "-XX:+ExitOnOutOfMemoryError")
            .process(
                work.resolve("xmx-" + client + ".log").toFile(),
                Cold.class,
                launches.arguments(client, "many"))
            .start();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return false;
      }
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return process.exitValue() == 0 && out.contains(Cold.SENT);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }
}
