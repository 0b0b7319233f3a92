package io.mooring.enrol;

import io.mooring.enrol.EnrolmentException.Reason;
import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.SigningKey;
import io.mooring.keystore.KeyAlgorithm;
import io.mooring.tls.ClockFloor;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a device comes to an identity and renews it, in steps that may be cut off anywhere: a key is
 * made and kept beside the identity in use; the authority certifies it; the new identity is tried;
 * one change of the store puts it in the old one's place. Until that change the old identity works,
 * from it on the new one does. Every method may be run again after a crash, and takes up the key
 * that was left behind.
 */
public final class Enrolment {
  private final IdentityStore store;
  private final Clock clock;
  private final @Nullable ClockFloor floor;

  private Enrolment(IdentityStore store, Clock clock, @Nullable ClockFloor floor) {
    this.store = Objects.requireNonNull(store, "store");
    this.clock = clock;
    this.floor = floor;
  }

  /** Tries an identity before the old one is given up. */
  @FunctionalInterface
  public interface Trial {
    /** No trial: the answer of the authority is enough. */
    Trial NONE = candidate -> {};

    /**
     * Returns if the identity works, for example after a connection to the broker.
     *
     * @throws io.mooring.error.MooringException if it does not; the old identity stays
     */
    void attempt(DeviceIdentity candidate);
  }

  /** Works on a store, by the system's clock. */
  public static Enrolment in(IdentityStore store) {
    return new Enrolment(store, Clock.systemUTC(), null);
  }

  /** The same, by another clock. */
  public Enrolment clock(Clock wanted) {
    return new Enrolment(store, Objects.requireNonNull(wanted, "clock"), floor);
  }

  /**
   * For a board without a clock: {@link #enrol} and {@link #renew} judge the server and what it
   * issues at the later of clock and floor, unless the policy of their {@link EstClient} has a
   * floor of its own. Where the clock stands below the floor, the first day of what was just issued
   * is a warning and no refusal. Default: none. Read what it weakens at {@link ClockFloor}.
   */
  public Enrolment clockFloor(ClockFloor wanted) {
    return new Enrolment(store, clock, Objects.requireNonNull(wanted, "floor"));
  }

  /**
   * The pending key, made if there is none.
   *
   * @param algorithm of a new key
   * @param replace whether a new key takes the place of a pending one, whose certificate, if it is
   *     on its way, is then of no use
   * @return the key, and whether it was made by this call
   */
  public KeyResult generateKey(KeyAlgorithm algorithm, boolean replace) {
    Optional<SigningKey> present = store.pendingKey();
    if (present.isPresent() && !replace) {
      return new KeyResult(present.get(), false);
    }
    return new KeyResult(store.generatePendingKey(algorithm), true);
  }

  /**
   * A request for the pending key.
   *
   * @throws EnrolmentException with the reason {@code NOT_ENROLLED} if there is none
   * @throws IllegalArgumentException if there is no name at all
   */
  public CertificateRequest request(RequestedNames names) {
    SigningKey key =
        store
            .pendingKey()
            .orElseThrow(
                () ->
                    new EnrolmentException(
                        Reason.NOT_ENROLLED,
                        "There is no pending key to make a request for. Make one: keygen."));
    return CertificateRequest.signedBy(key, names);
  }

  /** The names of the identity in use, if there is one. */
  public Optional<RequestedNames> currentNames() {
    return store.identity().map(identity -> RequestedNames.of(leaf(identity)));
  }

  /**
   * Takes certificates that an authority issued for the pending key, or once more for the key in
   * use. Taking the same ones again changes nothing.
   *
   * @param certificates in any order
   * @param authorities where the chain must end; empty if not known
   * @return what was taken, and whether it changed the identity in use
   * @throws EnrolmentException if they cannot be used; the identity in use stays
   */
  public Result take(
      Collection<X509Certificate> certificates,
      Collection<X509Certificate> authorities,
      Trial trial) {
    Optional<SigningKey> pending = store.pendingKey();
    Optional<DeviceIdentity> current = store.identity();
    if (current.isPresent() && !holds(certificates, pending.map(SigningKey::publicKey))) {
      PublicKey key = leaf(current.get()).getPublicKey();
      if (pending.isEmpty() || holds(certificates, Optional.of(key))) {
        IssuedCertificate issued = IssuedCertificate.judge(key, certificates, authorities, clock);
        boolean changed = !issued.chain().equals(current.get().certificateChain());
        if (changed) {
          store.replaceChain(issued.chain());
        }
        return new Result(issued, changed);
      }
    }
    SigningKey key =
        pending.orElseThrow(
            () ->
                new EnrolmentException(
                    Reason.NOT_ENROLLED,
                    "There is neither a pending key nor an identity that the certificate could be"
                        + " for. Make a key and have it certified: keygen, csr."));
    return promote(
        IssuedCertificate.judge(key.publicKey(), certificates, authorities, clock), trial);
  }

  /**
   * Enrols with a server: key, request, certificate, trial, change of identity.
   *
   * @param algorithm of a new key; null for what the server wishes, else EC P-256. A key that a
   *     former attempt left behind is used again if it is of that kind
   */
  public Result enrol(
      EstClient est,
      EstLogin login,
      RequestedNames names,
      @Nullable KeyAlgorithm algorithm,
      Trial trial) {
    EstClient timed = timed(est);
    return promote(timed.enrol(login, key(timed, algorithm), names), trial);
  }

  /**
   * Renews the identity in use with a new key.
   *
   * @param algorithm as for {@link #enrol}
   * @throws EnrolmentException with the reason {@code NOT_ENROLLED} if there is no identity
   */
  public Result renew(EstClient est, @Nullable KeyAlgorithm algorithm, Trial trial) {
    DeviceIdentity current =
        store
            .identity()
            .orElseThrow(
                () ->
                    new EnrolmentException(
                        Reason.NOT_ENROLLED, "There is no identity to renew. Enrol first."));
    EstClient timed = timed(est);
    return promote(timed.reenrol(current, key(timed, algorithm)), trial);
  }

  private EstClient timed(EstClient est) {
    EstClient timed = est.clock(clock);
    return floor == null ? timed : timed.clockFloor(floor);
  }

  private SigningKey key(EstClient est, @Nullable KeyAlgorithm algorithm) {
    Optional<SigningKey> left = store.pendingKey();
    if (left.isPresent() && (algorithm == null || algorithm.isOf(left.get().publicKey()))) {
      return left.get();
    }
    return store.generatePendingKey(
        algorithm != null
            ? algorithm
            : est.csrAttributes().keyAlgorithm().orElse(KeyAlgorithm.EC_P256));
  }

  private Result promote(IssuedCertificate issued, Trial trial) {
    trial.attempt(store.candidate(issued.chain()));
    store.promote(issued.chain());
    return new Result(issued, true);
  }

  private static boolean holds(Collection<X509Certificate> certificates, Optional<PublicKey> key) {
    return key.isPresent()
        && certificates.stream()
            .anyMatch(
                certificate ->
                    MessageDigest.isEqual(
                        certificate.getPublicKey().getEncoded(), key.get().getEncoded()));
  }

  private static X509Certificate leaf(DeviceIdentity identity) {
    List<X509Certificate> chain = identity.certificateChain();
    return chain.get(0);
  }

  /**
   * A pending key.
   *
   * @param key signs requests
   * @param made whether it is new
   */
  public record KeyResult(SigningKey key, boolean made) {}

  /**
   * What is in use now.
   *
   * @param issued the certificate with its chain
   * @param changed whether it was not in use before
   */
  public record Result(IssuedCertificate issued, boolean changed) {}
}
