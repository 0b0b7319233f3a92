package io.mooring.cli;

import io.mooring.outbox.OutboxContents;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mooring outbox show}. */
@Command(
    name = "show",
    description =
        "Counts and lists the messages that wait in an outbox: never a payload or a property.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class OutboxShow implements Callable<Integer> {
  private static final String HIDDEN = "(encrypted)";

  private final Terminal terminal;

  @Mixin private final OutboxFolder options = new OutboxFolder();
  @Mixin private final JsonOption json = new JsonOption();

  OutboxShow(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    OutboxContents contents = options.inspect(terminal);
    if (json.wanted) {
      terminal.result(
          summary(contents)
              .put("entries", contents.entries().stream().map(OutboxShow::json).toList())
              .toString());
      return ExitCode.DONE.code();
    }
    contents.entries().forEach(entry -> terminal.result(line(entry)));
    terminal.say(inWords(contents));
    contents.findings().forEach(finding -> terminal.say("warning: " + finding));
    return ExitCode.DONE.code();
  }

  /** Counts, in JSON. */
  static Json summary(OutboxContents contents) {
    return Json.object()
        .put("clientId", contents.clientId())
        .put("messages", contents.messages())
        .put("bytes", contents.bytes())
        .put("diskBytes", contents.diskBytes())
        .put("segments", contents.segments())
        .put("sessionHeld", contents.sessionHeld())
        .put("inboundIdentifiers", contents.inboundIdentifiers())
        .put("encryptedWithoutKey", contents.encryptedWithoutKey())
        .put("lostMessages", contents.lostMessages())
        .put("findings", contents.findings());
  }

  /** Counts, in one line. */
  static String inWords(OutboxContents contents) {
    return contents.messages()
        + (contents.messages() == 1 ? " message waits, " : " messages wait, ")
        + contents.bytes()
        + " bytes; "
        + contents.diskBytes()
        + " bytes on disk in "
        + contents.segments()
        + (contents.segments() == 1 ? " segment" : " segments")
        + (contents.clientId().isEmpty() ? "" : "; client id " + contents.clientId())
        + (contents.sessionHeld() ? "; the broker may hold a session" : "");
  }

  private static Json json(OutboxContents.Entry entry) {
    Json object =
        Json.object()
            .put("id", entry.id())
            .putIfPresent("topic", entry.topic())
            .put("qos", entry.qos().code());
    if (entry.payloadBytes() >= 0) {
      object.put("payloadBytes", entry.payloadBytes());
    }
    object.put("acceptedAt", entry.acceptedAt());
    if (entry.expiry() != null) {
      object.put("messageExpiry", entry.expiry().toSeconds());
    }
    return object.put("inFlight", entry.inFlight());
  }

  private static String line(OutboxContents.Entry entry) {
    String topic = entry.topic();
    return entry.id()
        + "  "
        + entry.acceptedAt().truncatedTo(ChronoUnit.SECONDS)
        + "  QoS "
        + entry.qos().code()
        + "  "
        + (entry.payloadBytes() < 0 ? HIDDEN : entry.payloadBytes() + " bytes")
        + (entry.inFlight() ? "  in flight  " : "  waiting  ")
        + (topic == null ? HIDDEN : topic)
        + (entry.expiry() == null ? "" : "  expires after " + entry.expiry().toSeconds() + " s");
  }
}
