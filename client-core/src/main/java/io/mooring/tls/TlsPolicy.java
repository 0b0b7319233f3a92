package io.mooring.tls;

import io.mooring.error.KeystoreException;
import io.mooring.internal.telemetry.Log;
import io.mooring.internal.tls.PemCertificates;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whom this device believes, and with which TLS. Immutable; every method returns a new policy.
 *
 * <p>The broker is checked in this order: the certificate path by the JDK's PKIX (dates,
 * signatures, CA flags, name constraints, usage of the leaf, RSA of 2048 bits or more, no MD5 or
 * SHA-1), then the host name against the Subject Alternative Name (RFC 9525; the Common Name never
 * counts), then the pins. A check that fails ends the connection before anything but the handshake
 * was sent.
 *
 * <p>Revocation is checked by what the broker brings along: an OCSP response stapled to its
 * certificate (RFC 6066, section 8) is asked for and verified, one that says revoked is refused,
 * and {@link #requireStaple} or the certificate itself (RFC 7633) may demand one. No responder is
 * ever asked, since a device often can reach its broker only, and one out of reach would have to
 * count as good. Without staples use short-lived certificates, or pins. Sessions are never resumed,
 * so every connection runs every check.
 */
public final class TlsPolicy {
  private static final int MAX_ALPN_BYTES = 255;

  private final Trust trust;
  private final @Nullable PinSet pins;
  private final List<String> alpn;
  private final TlsVersion minimumVersion;
  private final boolean postQuantum;
  private final CipherPreference cipherPreference;
  private final @Nullable ClockFloor clockFloor;
  private final boolean anyHostName;
  private final boolean requireStaple;

  private TlsPolicy(Draft draft) {
    this.trust = draft.trust;
    this.pins = draft.pins;
    this.alpn = draft.alpn;
    this.minimumVersion = draft.minimumVersion;
    this.postQuantum = draft.postQuantum;
    this.cipherPreference = draft.cipherPreference;
    this.clockFloor = draft.clockFloor;
    this.anyHostName = draft.anyHostName;
    this.requireStaple = draft.requireStaple;
  }

  /** Where a path must end. */
  public sealed interface Trust {
    /**
     * At an authority of the Java platform: its {@code cacerts}, or {@code
     * javax.net.ssl.trustStore}.
     */
    record SystemRoots() implements Trust {}

    /**
     * At one of these certificates, and no other.
     *
     * @param certificates at least one
     */
    record Authorities(List<X509Certificate> certificates) implements Trust {
      /** Copies the list. */
      public Authorities {
        certificates = List.copyOf(certificates);
        if (certificates.isEmpty()) {
          throw new IllegalArgumentException(
              "no certificate authority given; name at least one, or use TlsPolicy.systemRoots()");
        }
      }
    }

    /** Nowhere: the leaf's own key must be pinned. */
    record PinOnly() implements Trust {}
  }

  /**
   * Trusts the authorities of the Java platform: its {@code cacerts}, or what the system property
   * {@code javax.net.ssl.trustStore} names. Read once, at the first handshake; a named file that is
   * missing is an error, and {@code cacerts} do not stand in for it. Add {@link #pinned}: a hundred
   * authorities can vouch for any name.
   */
  public static TlsPolicy systemRoots() {
    return new TlsPolicy(new Draft(new Trust.SystemRoots()));
  }

  /**
   * Trusts the certificates of a PEM file, and no others. Text around them, CRLF and stray blanks
   * are tolerated. A certificate that is no authority is believed for itself only: the way to trust
   * one self-signed broker by its whole certificate.
   *
   * @param pemFile at most 4 MiB
   * @throws KeystoreException if the file cannot be read or holds no or a damaged certificate
   */
  public static TlsPolicy trusting(Path pemFile) {
    return trusting(PemCertificates.read(pemFile));
  }

  /**
   * Trusts the certificates of a PEM text; see {@link #trusting(Path)}.
   *
   * @throws KeystoreException if it holds no or a damaged certificate
   */
  public static TlsPolicy trusting(byte[] pem) {
    return trusting(PemCertificates.parse(pem, "the PEM bytes given"));
  }

  /**
   * Trusts these certificates, and no others.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static TlsPolicy trusting(Collection<X509Certificate> authorities) {
    return new TlsPolicy(new Draft(new Trust.Authorities(List.copyOf(authorities))));
  }

  /**
   * Trusts no authority: the broker's own key must be one of the pins, whoever signed its
   * certificate. For brokers with a self-signed certificate. Dates, usage and host name are checked
   * as ever; certificates beside the leaf are ignored.
   */
  public static TlsPolicy pinOnly(PinSet pins) {
    Draft draft = new Draft(new Trust.PinOnly());
    draft.pins = Objects.requireNonNull(pins, "pins");
    return new TlsPolicy(draft);
  }

  /** Wants one of these keys on the validated path or at its anchor, besides everything else. */
  public TlsPolicy pinned(PinSet pinSet) {
    Draft draft = new Draft(this);
    draft.pins = Objects.requireNonNull(pinSet, "pins");
    return new TlsPolicy(draft);
  }

  /**
   * Offers these protocols in order of preference (RFC 7301); none by default. AWS IoT wants {@code
   * mqtt} or {@code x-amzn-mqtt-ca} on port 443.
   *
   * @param protocols each of 1 to 255 bytes of UTF-8
   * @throws IllegalArgumentException if one is empty, too long, or named twice
   */
  public TlsPolicy alpn(String... protocols) {
    for (String protocol : protocols) {
      int length = protocol.getBytes(StandardCharsets.UTF_8).length;
      if (length < 1 || length > MAX_ALPN_BYTES) {
        throw new IllegalArgumentException(
            "ALPN protocol '" + protocol + "' has " + length + " bytes; 1 to 255 are allowed");
      }
    }
    List<String> offered = List.of(protocols);
    if (offered.stream().distinct().count() != offered.size()) {
      throw new IllegalArgumentException("an ALPN protocol is named twice in " + offered);
    }
    Draft draft = new Draft(this);
    draft.alpn = offered;
    return new TlsPolicy(draft);
  }

  /** Refuses versions below this one. Default: {@link TlsVersion#TLS_1_2}. */
  public TlsPolicy minimumVersion(TlsVersion version) {
    Draft draft = new Draft(this);
    draft.minimumVersion = Objects.requireNonNull(version, "version");
    return new TlsPolicy(draft);
  }

  /**
   * Offers the hybrid group X25519MLKEM768 on TLS 1.3, beside the classical ones, against a
   * recorder who waits for a quantum computer. Default: true. It costs no bytes unless the broker
   * asks for it: the first key share stays X25519.
   */
  public TlsPolicy postQuantum(boolean offered) {
    Draft draft = new Draft(this);
    draft.postQuantum = offered;
    return new TlsPolicy(draft);
  }

  /** Which AEAD stands first. Default: {@link CipherPreference#AUTO}. */
  public TlsPolicy cipherPreference(CipherPreference preference) {
    Draft draft = new Draft(this);
    draft.cipherPreference = Objects.requireNonNull(preference, "preference");
    return new TlsPolicy(draft);
  }

  /**
   * Judges certificates at the later of the clock and this floor. Default: none. Read what it
   * weakens at {@link ClockFloor}.
   */
  public TlsPolicy clockFloor(ClockFloor floor) {
    Draft draft = new Draft(this);
    draft.clockFloor = Objects.requireNonNull(floor, "floor");
    return new TlsPolicy(draft);
  }

  /**
   * Refuses a broker without a stapled OCSP response that vouches for its certificate, now.
   * Default: only where the certificate itself demands it (RFC 7633). It takes a broker that
   * staples; Mosquitto does not.
   *
   * @throws IllegalStateException with {@link #pinOnly}: no authority vouches there, so none
   *     revokes
   */
  public TlsPolicy requireStaple() {
    if (trust instanceof Trust.PinOnly) {
      throw new IllegalStateException(
          "requireStaple() needs an authority that can revoke; TlsPolicy.pinOnly(...) trusts none");
    }
    Draft draft = new Draft(this);
    draft.requireStaple = true;
    return new TlsPolicy(draft);
  }

  /** The door to what weakens a policy. Every use logs one warning. */
  public Dangerous dangerous() {
    return new Dangerous(this);
  }

  /** Where a path must end. */
  public Trust trust() {
    return trust;
  }

  /** The pins, or null if none are configured. */
  public @Nullable PinSet pins() {
    return pins;
  }

  /** The ALPN protocols offered, in order; empty for no offer. */
  public List<String> alpn() {
    return alpn;
  }

  /** The oldest version accepted. */
  public TlsVersion minimumVersion() {
    return minimumVersion;
  }

  /** Whether X25519MLKEM768 is offered. */
  public boolean postQuantum() {
    return postQuantum;
  }

  /** Which AEAD stands first. */
  public CipherPreference cipherPreference() {
    return cipherPreference;
  }

  /** The clock floor, or null if there is none. */
  public @Nullable ClockFloor clockFloor() {
    return clockFloor;
  }

  /** Whether a good staple is required of every broker. */
  public boolean requiresStaple() {
    return requireStaple;
  }

  /** True only after {@code dangerous().anyHostName()}. */
  public boolean anyHostName() {
    return anyHostName;
  }

  /** Every option; a policy holds no secret. */
  @Override
  public String toString() {
    String anchors =
        trust instanceof Trust.Authorities own
            ? own.certificates().size() + " own authorities"
            : trust instanceof Trust.PinOnly ? "pin only" : "system roots";
    return "TlsPolicy["
        + anchors
        + ", pins="
        + (pins == null ? "none" : pins)
        + ", alpn="
        + alpn
        + ", from "
        + minimumVersion.standardName()
        + ", postQuantum="
        + postQuantum
        + ", "
        + cipherPreference
        + (clockFloor == null ? "" : ", clock floor")
        + (requireStaple ? ", staple required" : "")
        + (anyHostName ? ", ANY HOST NAME" : "")
        + "]";
  }

  /** Options that drop a check. */
  public static final class Dangerous {
    private static final Log LOG = Log.DANGEROUS;

    private final TlsPolicy policy;

    private Dangerous(TlsPolicy policy) {
      this.policy = policy;
    }

    /**
     * Accepts a pinned key under any name. For {@link #pinOnly} alone: appliances ship self-signed
     * certificates without a Subject Alternative Name, and there the pinned key already names one
     * peer. What it weakens: brokers that share a key can no longer be told apart.
     *
     * @throws IllegalStateException if the policy trusts authorities: they vouch for names
     */
    public TlsPolicy anyHostName() {
      if (!(policy.trust instanceof Trust.PinOnly)) {
        throw new IllegalStateException(
            "anyHostName() is for TlsPolicy.pinOnly(...) alone: an authority vouches for a name, and"
                + " without the name any of its customers is your broker");
      }
      LOG.log(
          System.Logger.Level.WARNING,
          "TlsPolicy.dangerous().anyHostName(): the broker is known by its pinned key alone");
      Draft draft = new Draft(policy);
      draft.anyHostName = true;
      return new TlsPolicy(draft);
    }
  }

  private static final class Draft {
    private final Trust trust;
    private @Nullable PinSet pins;
    private List<String> alpn = List.of();
    private TlsVersion minimumVersion = TlsVersion.TLS_1_2;
    private boolean postQuantum = true;
    private CipherPreference cipherPreference = CipherPreference.AUTO;
    private @Nullable ClockFloor clockFloor;
    private boolean anyHostName;
    private boolean requireStaple;

    Draft(Trust trust) {
      this.trust = trust;
    }

    Draft(TlsPolicy policy) {
      this.trust = policy.trust;
      this.pins = policy.pins;
      this.alpn = policy.alpn;
      this.minimumVersion = policy.minimumVersion;
      this.postQuantum = policy.postQuantum;
      this.cipherPreference = policy.cipherPreference;
      this.clockFloor = policy.clockFloor;
      this.anyHostName = policy.anyHostName;
      this.requireStaple = policy.requireStaple;
    }
  }
}
