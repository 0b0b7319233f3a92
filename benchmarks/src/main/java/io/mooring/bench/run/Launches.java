package io.mooring.bench.run;

import io.mooring.bench.child.Cold;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The two ways in which a client is started: as its user would without a thought, and tuned for a
 * board. Tuned is the same for all: signatures stripped from the jars, an AppCDS archive of what
 * client and program load up to the first PUBACK, SerialGC, a small heap; for Mooring the image, if
 * one is given, which is that and a smaller runtime.
 */
final class Launches {
  /** As in the image's {@code java.options}. */
  static final List<String> TUNED =
      List.of(
          "-XX:+UseSerialGC",
          "-Xms6m",
          "-Xmx32m",
          "-XX:NewSize=3m",
          "-XX:CompileThresholdScaling=4",
          "-XX:ReservedCodeCacheSize=24m",
          "-Xss512k",
          "-XX:TrimNativeHeapInterval=30000",
          "-XX:-UsePerfData",
          "-XX:+ExitOnOutOfMemoryError");

  /** As in the image's launcher. */
  static final Map<String, String> TUNED_ENVIRONMENT = Map.of("MALLOC_ARENA_MAX", "2");

  private static final long TRAIN_SECONDS = 60;

  private final Run run;
  private final int port;
  private final Map<String, Launch> tuned = new HashMap<>();
  private final Map<String, String> refused = new HashMap<>();

  /**
   * Prepares nothing yet.
   *
   * @param port of the broker that training connects to
   */
  Launches(Run run, int port) {
    this.run = run;
    this.port = port;
  }

  /** The JVM's own choices. */
  Launch plain(String client) throws IOException {
    return new Launch(Jvm.program(), run.classPaths().classPath(client), List.of(), Map.of());
  }

  /** Tuned; made at the first call, and not tried again if that failed. */
  Launch tuned(String client) throws IOException, InterruptedException {
    Launch known = tuned.get(client);
    if (known != null) {
      return known;
    }
    String why = refused.get(client);
    if (why != null) {
      throw new IOException(why);
    }
    try {
      Path image = run.options().image();
      Path folder = Files.createDirectories(run.work().resolve("tuned-" + client));
      Launch made =
          image != null && client.equals(Table.OURS)
              ? imageOrInPlace(client, image, folder)
              : inPlace(client, folder);
      tuned.put(client, made);
      return made;
    } catch (IOException e) {
      refused.put(client, String.valueOf(e.getMessage()));
      throw e;
    }
  }

  /** An image that does not start is put on record, and what it is compared with is not lost. */
  private Launch imageOrInPlace(String client, Path image, Path folder)
      throws IOException, InterruptedException {
    try {
      return image(client, image, folder);
    } catch (IOException e) {
      run.progress().failed("image (tuned in place instead)", client, e);
      return inPlace(client, folder);
    }
  }

  private Launch inPlace(String client, Path folder) throws IOException, InterruptedException {
    List<String> jars = new ArrayList<>();
    for (Path jar : run.classPaths().jars(client)) {
      jars.add(StrippedJar.copy(jar, folder).toString());
    }
    jars.add(StrippedJar.copy(run.classPaths().harness(), folder).toString());
    String classPath = String.join(File.pathSeparator, jars);
    Launch base = new Launch(Jvm.program(), classPath, TUNED, TUNED_ENVIRONMENT);
    return base.with("-Xshare:auto", "-XX:SharedArchiveFile=" + archive(client, base, folder));
  }

  /**
   * The image with the program in its archive, as one that was built for this program has it and as
   * the peers have it.
   */
  private Launch image(String client, Path image, Path folder)
      throws IOException, InterruptedException {
    Path harness = StrippedJar.copy(run.classPaths().harness(), folder);
    // Past the launcher, which would bring its own archive; with it in the measured starts.
    Launch inside =
        new Launch(
            image.resolve("runtime/bin/java").toString(),
            harness.toString(),
            List.of("@" + image.resolve("lib/java.options")),
            TUNED_ENVIRONMENT);
    return new Launch(
        image.resolve("bin/java").toString(),
        harness.toString(),
        List.of("-XX:SharedArchiveFile=" + archive(client, inside, folder)),
        Map.of());
  }

  /** Of the classes that a start takes. */
  private Path archive(String client, Launch base, Path folder)
      throws IOException, InterruptedException {
    Path list = folder.resolve("classes.list");
    Path archive = folder.resolve("app.jsa");
    File log = run.work().resolve("train-" + client + ".log").toFile();
    // A heap that the archive's making needs and nothing later.
    Launch listing = base.with("-Xmx128m", "-XX:DumpLoadedClassList=" + list);
    finish(listing.process(log, Cold.class, arguments(client, "train")), log);
    // G1, since it alone can archive objects of the heap; SerialGC loads them.
    Launch dump =
        new Launch(
            base.program(),
            base.classPath(),
            List.of(
                "-XX:+UseG1GC",
                "-Xmx256m",
                "-Xshare:dump",
                "-XX:SharedClassListFile=" + list,
                "-XX:SharedArchiveFile=" + archive),
            Map.of());
    finish(dump.process(log, Cold.class), log);
    return archive;
  }

  private static void finish(ProcessBuilder builder, File log)
      throws IOException, InterruptedException {
    Process process = builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log)).start();
    if (!process.waitFor(TRAIN_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException("the training run failed; more in " + log.getName());
    }
  }

  /** What {@link Cold} is started with. */
  String[] arguments(String client, String mode) {
    return new String[] {client, Integer.toString(port), run.work().toString(), mode};
  }
}
