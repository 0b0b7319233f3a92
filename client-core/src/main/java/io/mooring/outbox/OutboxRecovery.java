package io.mooring.outbox;

import java.util.List;

/**
 * What a client found when it opened its {@link Outbox}.
 *
 * @param messages messages of earlier runs that are delivered now
 * @param bytes what these count against the bound; see {@link Outbox#atMost}
 * @param lostMessages messages known to have been lost to damage
 * @param skippedBytes bytes that belong to no intact record
 * @param findings damage in plain words, unmodifiable; empty if the log is whole
 */
public record OutboxRecovery(
    int messages, long bytes, int lostMessages, long skippedBytes, List<String> findings) {
  /** Copies the list. */
  public OutboxRecovery {
    findings = List.copyOf(findings);
  }
}
