package io.mooring.internal.outbox;

import java.util.List;

/**
 * What opening a log found.
 *
 * @param messages live messages found intact
 * @param bytes what these count against the bound
 * @param lostMessages messages known to be lost to damage: accepted, not completed, not readable. A
 *     loss is reported again at each opening until its segment is gone
 * @param skippedBytes bytes that belong to no intact record and were skipped
 * @param findings damage in plain words, oldest segment first, unmodifiable; a write that a crash
 *     cut short is one too, although nothing accepted was in it
 */
public record Recovery(
    int messages, long bytes, int lostMessages, long skippedBytes, List<String> findings) {
  /** Copies the list. */
  public Recovery {
    findings = List.copyOf(findings);
  }

  /** True if nothing was damaged. */
  public boolean isClean() {
    return findings.isEmpty();
  }
}
