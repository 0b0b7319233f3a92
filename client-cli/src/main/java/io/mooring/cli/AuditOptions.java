package io.mooring.cli;

import io.mooring.ClientBuilder;
import io.mooring.audit.ListeningSocketAudit;
import io.mooring.audit.ListeningSocketAudit.Result;
import io.mooring.audit.OutboundOnly;
import io.mooring.error.ListeningSocketException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether the command looks for listening sockets of its own process. */
final class AuditOptions {
  private static final Duration DEFAULT_PERIOD = Duration.ofSeconds(60);

  @Option(
      names = "--audit-sockets",
      description =
          "End with exit code 10 if this process listens on a socket: looked at from the operating"
              + " system at the start, at each connect, and on a period. Linux only.")
  boolean wanted;

  @Option(
      names = "--audit-period",
      paramLabel = "SECONDS",
      description = "The period of --audit-sockets, 1 to 604800. Default: 60.")
  @Nullable Duration period;

  /**
   * Looks now, and has the client look again later.
   *
   * @throws ListeningSocketException if this process listens now; later {@code fail} hears it
   * @throws UsageException if this system does not say
   */
  void apply(ClientBuilder builder, Consumer<RuntimeException> fail) {
    if (!wanted) {
      if (period != null) {
        throw new UsageException("--audit-period is the period of --audit-sockets");
      }
      return;
    }
    Duration interval = period == null ? DEFAULT_PERIOD : period;
    OutboundOnly audits =
        UsageException.parse(
            "--audit-period",
            () ->
                OutboundOnly.atConnect()
                    .every(interval)
                    .refuseToConnect()
                    .listener(result -> judge(result, fail)));
    refuse(ListeningSocketAudit.network().run());
    builder.outboundOnly(audits);
  }

  /**
   * Ends the command unless this process listens nowhere.
   *
   * @throws ListeningSocketException if it does
   * @throws UsageException if this system does not say
   */
  static void refuse(Result result) {
    if (result instanceof Result.NotAvailable none) {
      throw new UsageException("--audit-sockets is not available here: " + none.reason());
    }
    if (result instanceof Result.Found found) {
      throw listening(found);
    }
  }

  private static void judge(Result result, Consumer<RuntimeException> fail) {
    if (result instanceof Result.Found found) {
      fail.accept(listening(found));
    }
  }

  private static ListeningSocketException listening(Result.Found found) {
    return new ListeningSocketException(
        "This process listens on "
            + found.describe()
            + "; --audit-sockets ends it. Look for a debug agent, JMX or a preloaded library in"
            + " MOORING_JAVA_OPTS and JAVA_TOOL_OPTIONS.",
        found.sockets());
  }
}
