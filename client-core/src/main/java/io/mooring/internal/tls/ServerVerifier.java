package io.mooring.internal.tls;

import io.mooring.error.PinMismatchException;
import io.mooring.internal.tls.VerifiedServer.ServerCertificate;
import io.mooring.tls.ClockFloor;
import io.mooring.tls.PinSet;
import io.mooring.tls.SpkiPin;
import io.mooring.tls.TlsPolicy;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The three checks of a broker's identity, in their order: path, host name, pins. */
final class ServerVerifier {
  private final TlsPolicy policy;
  private final String host;
  private final Clock clock;
  private @Nullable Instant verifiedAt;
  private @Nullable OcspStatement statement;

  ServerVerifier(TlsPolicy policy, String host, Clock clock) {
    this.policy = policy;
    this.host = host;
    this.clock = clock;
  }

  /**
   * Checks what the broker presented.
   *
   * @param presented leaf first; at least one
   * @param staple the OCSP response that came with it, or null
   * @throws io.mooring.error.ServerIdentityException if any check fails
   */
  ServerCertificate verify(List<X509Certificate> presented, byte @Nullable [] staple) {
    X509Certificate leaf = presented.get(0);
    Instant now = clock.instant();
    List<X509Certificate> path =
        new PathValidator(policy.trust(), host, now, notBelowFloor(now)).validate(presented);
    statement = StapleRule.require(path, staple, policy.requiresStaple(), host, notBelowFloor(now));
    if (!policy.anyHostName()) {
      HostNames.verify(leaf, host);
    }
    PinSet pins = policy.pins();
    SpkiPin matched = pins == null ? null : match(pins, path);
    verifiedAt = now;
    List<String> subjects = new ArrayList<>(path.size());
    for (X509Certificate certificate : path) {
      subjects.add(Subjects.of(certificate));
    }
    return new ServerCertificate(List.copyOf(subjects), matched, leaf.getNotAfter().toInstant());
  }

  /** What the staple said, once verified; null if there was none. */
  @Nullable OcspStatement statement() {
    return statement;
  }

  /** The broker holds the key of its certificate: the time it was verified at was good enough. */
  void handshakeEnded() {
    ClockFloor floor = policy.clockFloor();
    Instant time = verifiedAt;
    if (floor != null && time != null) {
      floor.observed(time);
    }
  }

  private Instant notBelowFloor(Instant now) {
    ClockFloor floor = policy.clockFloor();
    if (floor == null) {
      return now;
    }
    Instant lowest = floor.floor();
    return now.isBefore(lowest) ? lowest : now;
  }

  private SpkiPin match(PinSet pins, List<X509Certificate> path) {
    List<SpkiPin> presented = new ArrayList<>(path.size());
    for (X509Certificate certificate : path) {
      SpkiPin pin = SpkiPin.of(certificate);
      if (pins.contains(pin)) {
        return pin;
      }
      presented.add(pin);
    }
    throw new PinMismatchException(
        mismatch(pins, path, presented), presented, List.copyOf(pins.pins()));
  }

  private String mismatch(PinSet pins, List<X509Certificate> path, List<SpkiPin> presented) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < path.size(); i++) {
      lines.add(presented.get(i) + " " + Subjects.of(path.get(i)));
    }
    int count = pins.pins().size();
    return "None of "
        + count
        + (count == 1 ? " pin" : " pins")
        + " matched the certificate path of "
        + host
        + ". Presented: "
        + String.join("; ", lines)
        + ". Configured: "
        + pins
        + ". If the broker's key was rotated on purpose, check it out of band and update the pin set;"
        + " otherwise treat this as interception.";
  }
}
