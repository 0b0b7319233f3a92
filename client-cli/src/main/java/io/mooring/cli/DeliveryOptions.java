package io.mooring.cli;

import java.time.Duration;
import picocli.CommandLine.Option;

/** How the doctor finds out whether a subscription that was granted also delivers. */
final class DeliveryOptions {
  private static final Duration LONGEST = Duration.ofSeconds(60);

  @Option(
      names = "--listen",
      paramLabel = "SECONDS",
      description =
          "How long to listen for what belongs to others, under each subscription that is granted;"
              + " 0.1 to 60. Default: 0.3.")
  private Duration listen = Duration.ofMillis(300);

  @Option(
      names = "--retained",
      description =
          "Ask for retained messages under # as well. For a broker that keeps very many, that is"
              + " work. Default: only under --other-filter, where it begins with a name.")
  private boolean retained;

  @Option(
      names = "--no-delivery",
      description =
          "Publish nothing to others' topics, do not listen, and judge by SUBACK alone, which says"
              + " nothing at a broker that checks at delivery, such as Mosquitto.")
  private boolean without;

  boolean wanted() {
    return !without;
  }

  Duration listen() {
    if (listen.compareTo(LONGEST) > 0) {
      throw new UsageException("--listen is 0.1 to 60 s; got " + listen.toSeconds());
    }
    return listen;
  }

  /** Whether the broker is asked for what it keeps under {@code filter}. */
  boolean retainedOf(String filter) {
    return wanted() && (retained || !(filter.startsWith("#") || filter.startsWith("+")));
  }
}
