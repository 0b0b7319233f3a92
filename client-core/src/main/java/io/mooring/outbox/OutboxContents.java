package io.mooring.outbox;

import io.mooring.Qos;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an outbox holds: counts, entries and findings of damage. Never a payload, a property or a
 * key.
 *
 * @param clientId the client identifier that the log belongs to; empty if none was stored yet
 * @param messages entries accepted and not yet delivered
 * @param bytes what these entries count against the bound, in bytes; see {@link Outbox#atMost}
 * @param diskBytes the length of all segments on disk, in bytes
 * @param segments the number of segments
 * @param sessionHeld true if the broker may still hold the session of the last run
 * @param inboundIdentifiers inbound QoS 2 identifiers that wait for PUBREL
 * @param encryptedWithoutKey entries whose topic is hidden because no key was given; their checksum
 *     was verified
 * @param lostMessages messages known to have been lost to damage
 * @param entries every entry, oldest first, unmodifiable
 * @param findings damage found, in plain words, unmodifiable; empty if the log is whole
 */
public record OutboxContents(
    String clientId,
    int messages,
    long bytes,
    long diskBytes,
    int segments,
    boolean sessionHeld,
    int inboundIdentifiers,
    int encryptedWithoutKey,
    int lostMessages,
    List<Entry> entries,
    List<String> findings) {
  /** Copies the lists. */
  public OutboxContents {
    entries = List.copyOf(entries);
    findings = List.copyOf(findings);
  }

  /**
   * One message that waits.
   *
   * @param id increasing in the order of acceptance; never used twice
   * @param topic the Topic Name; null if it is encrypted and no key was given
   * @param qos at least once or exactly once
   * @param payloadBytes the payload's length; -1 if it is encrypted and no key was given
   * @param bytes what the entry counts against the bound
   * @param acceptedAt by the device's clock, which may have been wrong
   * @param expiry Message Expiry Interval, or null if it never expires or is encrypted
   * @param inFlight true if the message was sent and not yet acknowledged in full. Known of QoS 2,
   *     and assumed of each QoS 1 message that is older than a QoS 2 message in flight
   */
  public record Entry(
      long id,
      @Nullable String topic,
      Qos qos,
      int payloadBytes,
      long bytes,
      Instant acceptedAt,
      @Nullable Duration expiry,
      boolean inFlight) {}
}
