package io.mooring.bench.run;

import io.mooring.bench.child.Cold;
import io.mooring.bench.run.TimeBudget.RowTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The smallest -Xmx with which a client connects and sends 1,000 messages, three times in a row.
 */
final class SmallestHeap {
  private static final String ROW = "xmx-tuned";

  /** Who is measured in a quick run. */
  private static final List<String> QUICK = List.of("mooring", "hivemq", "aws-crt");

  private static final int LOW = 2;
  private static final int FIRST = 6;
  private static final int HIGH = 64;
  private static final int PROOFS = 2;
  private static final long PATIENCE_SECONDS = 10;

  private final Run run;
  private final Launches launches;

  SmallestHeap(Run run, Launches launches) {
    this.run = run;
    this.launches = launches;
  }

  void run() throws InterruptedException {
    if (!run.begins(ROW)) {
      return;
    }
    RowTime time = run.budget().row();
    for (String client : run.options().clients()) {
      if (!run.options().quick() || QUICK.contains(client)) {
        try {
          Launch launch = launches.tuned(client);
          run.results().add(ROW, client, "xmx", "MB", smallest(client, launch, time));
        } catch (IOException e) {
          run.progress().failed(ROW, client, e);
        }
      }
    }
    run.progress().done(ROW, run.results());
  }

  private int smallest(String client, Launch launch, RowTime time)
      throws IOException, InterruptedException {
    int low = LOW;
    int high = HIGH;
    int middle = FIRST;
    while (low < high) {
      if (works(client, launch, middle, time)) {
        high = middle;
      } else {
        low = middle + 1;
      }
      // Most need little: what is tried next is twice as much, until one works.
      middle = high == HIGH ? Math.min(2 * middle, HIGH - 1) : (low + high) / 2;
      middle = Math.max(low, Math.min(middle, high - 1));
    }
    while (low < HIGH && !proven(client, launch, low, time)) {
      low++;
    }
    if (low == HIGH) {
      throw new IOException("does not work with -Xmx" + (HIGH - 1) + "m either");
    }
    return low;
  }

  private boolean proven(String client, Launch launch, int megabytes, RowTime time)
      throws IOException, InterruptedException {
    for (int i = 0; i < PROOFS; i++) {
      if (!works(client, launch, megabytes, time)) {
        return false;
      }
    }
    return true;
  }

  private boolean works(String client, Launch launch, int megabytes, RowTime time)
      throws IOException, InterruptedException {
    if (time.isOver()) {
      throw new IOException("not found in the time of a row");
    }
    Process process =
        launch
            .with("-Xms" + LOW + "m", "-Xmx" + megabytes + "m", "-XX:+ExitOnOutOfMemoryError")
            .process(
                run.work().resolve("xmx-" + client + ".log").toFile(),
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
