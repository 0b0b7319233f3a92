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
import org.jspecify.annotations.Nullable;

/**
 * The two ways in which a client is started: as its user would without a thought, and tuned for a
 * board. Tuned is the same for all: signatures stripped from the jars, an AppCDS archive of what
 * the client loads up to its first PUBACK, SerialGC, a small heap; for Mooring the image, if one is
 * given, which is that and a smaller runtime.
 */
final class Launches {
  /** As in the image's {@code java.options}. */
  static final List<String> TUNED =
      List.of(
          "-XX:+UseSerialGC",
          "-Xms6m",
          "-Xmx32m",
          "-XX:ReservedCodeCacheSize=24m",
          "-Xss512k",
          "-XX:-UsePerfData",
          "-XX:+ExitOnOutOfMemoryError");

  /** As in the image's launcher. */
  static final Map<String, String> TUNED_ENVIRONMENT = Map.of("MALLOC_ARENA_MAX", "2");

  private static final long TRAIN_SECONDS = 120;

  private final ClassPaths classPaths;
  private final Path work;
  private final int port;
  private final @Nullable Path image;
  private final Map<String, Launch> tuned = new HashMap<>();

  /**
   * Prepares nothing yet.
   *
   * @param work the run's folder, with the clients' PEM files
   * @param port of the broker that training connects to
   * @param image Mooring's image for this machine, or null
   */
  Launches(ClassPaths classPaths, Path work, int port, @Nullable Path image) {
    this.classPaths = classPaths;
    this.work = work;
    this.port = port;
    this.image = image;
  }

  /** The JVM's own choices. */
  Launch plain(String client) throws IOException {
    return new Launch(Jvm.program(), classPaths.classPath(client), List.of(), Map.of());
  }

  /** Tuned; made at the first call. */
  Launch tuned(String client) throws IOException, InterruptedException {
    Launch known = tuned.get(client);
    if (known == null) {
      known =
          image != null && client.equals("mooring")
              ? new Launch(
                  image.resolve("bin/java").toString(),
                  classPaths.harness().toString(),
                  List.of(),
                  Map.of())
              : train(client);
      tuned.put(client, known);
    }
    return known;
  }

  private Launch train(String client) throws IOException, InterruptedException {
    Path folder = Files.createDirectories(work.resolve("tuned-" + client));
    List<String> jars = new ArrayList<>();
    for (Path jar : classPaths.jars(client)) {
      jars.add(StrippedJar.copy(jar, folder).toString());
    }
    jars.add(StrippedJar.copy(classPaths.harness(), folder).toString());
    String classPath = String.join(File.pathSeparator, jars);
    Path list = folder.resolve("classes.list");
    Path archive = folder.resolve("app.jsa");
    Launch base = new Launch(Jvm.program(), classPath, TUNED, TUNED_ENVIRONMENT);
    File log = work.resolve("train-" + client + ".log").toFile();
    // A heap that the archive's making needs and nothing later.
    Launch listing = base.with("-Xmx128m", "-XX:DumpLoadedClassList=" + list);
    finish(listing.process(log, Cold.class, arguments(client, "train")), log);
    Launch dump =
        new Launch(
            Jvm.program(),
            classPath,
            List.of(
                "-XX:+UseG1GC",
                "-Xmx256m",
                "-Xshare:dump",
                "-XX:SharedClassListFile=" + list,
                "-XX:SharedArchiveFile=" + archive),
            Map.of());
    finish(dump.process(log, Cold.class), log);
    return base.with("-Xshare:auto", "-XX:SharedArchiveFile=" + archive);
  }

  private static void finish(ProcessBuilder builder, File log)
      throws IOException, InterruptedException {
    Process process = builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log)).start();
    if (!process.waitFor(TRAIN_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException("The training run failed; see " + log);
    }
  }

  /** What {@link Cold} is started with. */
  String[] arguments(String client, String mode) {
    return new String[] {client, Integer.toString(port), work.toString(), mode};
  }
}
