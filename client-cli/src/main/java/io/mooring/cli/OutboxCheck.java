package io.mooring.cli;

import io.mooring.error.ErrorCode;
import io.mooring.outbox.OutboxContents;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mooring outbox check}. */
@Command(
    name = "check",
    description =
        "Verifies every record of an outbox. Exit code 0 if all is whole, 11 if something is"
            + " damaged.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class OutboxCheck implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final OutboxFolder options = new OutboxFolder();
  @Mixin private final JsonOption json = new JsonOption();

  OutboxCheck(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    OutboxContents contents = options.inspect(terminal);
    boolean whole = contents.findings().isEmpty();
    if (json.wanted) {
      terminal.result(OutboxShow.summary(contents).put("whole", whole).toString());
    } else {
      contents.findings().forEach(terminal::result);
      terminal.say(
          (whole ? "whole: " : "damaged: ")
              + OutboxShow.inWords(contents)
              + (whole ? "" : " [" + ErrorCode.OUTBOX_DAMAGED + "]"));
      if (!whole) {
        terminal.say(
            "The next pub --outbox recovers what is intact and sets aside what is not; copy "
                + options.folder()
                + " first if somebody is to look into it.");
      }
      if (contents.encryptedWithoutKey() > 0) {
        terminal.say(
            contents.encryptedWithoutKey()
                + " entries are encrypted: checksums were verified, contents not. Name the"
                + " --keystore to verify both.");
      }
    }
    return (whole ? ExitCode.DONE : ExitCode.OUTBOX).code();
  }
}
