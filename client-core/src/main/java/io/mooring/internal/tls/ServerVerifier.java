package io.mooring.internal.tls;

import io.mooring.error.PinMismatchException;
import io.mooring.internal.telemetry.Log;
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

/**
 * The checks of a broker's identity, in their order: path, host name, pins, and the OCSP response
 * that came with it. All but the last are a matter of the chain, the policy and the time, so they
 * can be made while the broker's answer is on its way, of the chain that it presented last time.
 */
final class ServerVerifier {
  private final TlsPolicy policy;
  private final String host;
  private final String peer;
  private final Clock clock;
  private @Nullable Checked foreseen;
  private @Nullable Checked verified;
  private @Nullable OcspStatement statement;

  /** A chain, leaf first, and what its checks found at that time. */
  private record Checked(
      List<X509Certificate> presented,
      List<X509Certificate> path,
      ServerCertificate certificate,
      Instant at) {}

  ServerVerifier(TlsPolicy policy, String host, int port, Clock clock) {
    this.policy = policy;
    this.host = host;
    this.peer = host + ":" + port;
    this.clock = clock;
  }

  /**
   * Checks ahead what the broker presented last. If it presents the same in this handshake, {@link
   * #verify} takes what was found, earlier in the same attempt; if it does not, this was for
   * nothing. Never throws.
   */
  void foresee() {
    List<X509Certificate> last = PresentedChains.SHARED.of(peer);
    if (last != null) {
      try {
        foreseen = check(last);
      } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
        // Nobody waits for it; if the broker does present that again, verify tells.
        Log.TLS.log(System.Logger.Level.DEBUG, "What " + peer + " presented last fails by now", e);
      }
    }
  }

  /**
   * Checks what the broker presents.
   *
   * @param presented leaf first; at least one
   * @param staple the OCSP response that came with it, or null
   * @throws io.mooring.error.ServerIdentityException if any check fails
   */
  ServerCertificate verify(List<X509Certificate> presented, byte @Nullable [] staple) {
    Checked ahead = foreseen;
    foreseen = null;
    Checked checked =
        ahead != null && ahead.presented.equals(presented) ? ahead : check(List.copyOf(presented));
    statement =
        StapleRule.require(
            checked.path, staple, policy.requiresStaple(), host, notBelowFloor(checked.at));
    verified = checked;
    return checked.certificate;
  }

  private Checked check(List<X509Certificate> presented) {
    X509Certificate leaf = presented.get(0);
    Instant now = clock.instant();
    List<X509Certificate> path =
        new PathValidator(policy.trust(), host, now, notBelowFloor(now)).validate(presented);
    if (!policy.anyHostName()) {
      HostNames.verify(leaf, host);
    }
    PinSet pins = policy.pins();
    SpkiPin matched = pins == null ? null : match(pins, path);
    List<String> subjects = new ArrayList<>(path.size());
    for (X509Certificate certificate : path) {
      subjects.add(Subjects.of(certificate));
    }
    return new Checked(
        presented,
        path,
        new ServerCertificate(List.copyOf(subjects), matched, leaf.getNotAfter().toInstant()),
        now);
  }

  /** What the staple said, once verified; null if there was none. */
  @Nullable OcspStatement statement() {
    return statement;
  }

  /** The broker holds the key of its certificate: the time it was verified at was good enough. */
  void handshakeEnded() {
    Checked held = verified;
    if (held == null) {
      return;
    }
    verified = null;
    PresentedChains.SHARED.add(peer, held.presented);
    ClockFloor floor = policy.clockFloor();
    if (floor != null) {
      floor.observed(held.at);
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
