package io.mooring.cli;

import io.mooring.error.ErrorCode;
import io.mooring.outbox.Outbox;
import io.mooring.outbox.OutboxContents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Can the outbox be used, is it whole, and is there room? */
final class OutboxStep {
  private static final int NEARLY_FULL_PERCENT = 80;
  private static final long LITTLE_SPACE = 16L * 1024 * 1024;

  private OutboxStep() {}

  static void examine(Findings findings, OutboxOptions options, Path folder, Outbox outbox) {
    findings.enter("outbox");
    OutboxContents contents = outbox.inspect();
    if (!contents.findings().isEmpty()) {
      throw new DamagedOutboxException(
          "Outbox "
              + folder
              + " is damaged: "
              + contents.findings().get(0)
              + ". Copy the folder if somebody is to look into it; the next client that opens it keeps"
              + " what is intact.");
    }
    findings.saw(OutboxShow.inWords(contents));
    long percent =
        Math.max(
            100L * contents.messages() / options.messages(),
            100 * contents.bytes() / options.bytes());
    if (percent >= NEARLY_FULL_PERCENT) {
      findings.warn(
          ErrorCode.OUTBOX_NEARLY_FULL,
          "Outbox " + folder + " is at " + percent + " % of its bounds.");
    }
    space(findings, folder);
  }

  private static void space(Findings findings, Path folder) {
    try {
      long free = Files.getFileStore(folder).getUsableSpace();
      if (free < LITTLE_SPACE) {
        findings.warn(
            ErrorCode.OUTBOX_NEARLY_FULL,
            "The file system of outbox " + folder + " has " + free + " bytes left.");
      }
    } catch (IOException e) {
      findings.saw("the space on its file system cannot be told: " + e);
    }
  }
}
