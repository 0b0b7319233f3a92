package io.mooring.internal.tls;

import io.mooring.tls.SpkiPin;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The proof that a broker is the one dialled: its certificate path, host name and pins held, and it
 * proved possession of its key in a finished handshake. Only this package can make one.
 */
public final class VerifiedServer {
  private final String host;
  private final int port;
  private final ServerCertificate certificate;
  private final NegotiatedTls negotiated;

  VerifiedServer(String host, int port, ServerCertificate certificate, NegotiatedTls negotiated) {
    this.host = host;
    this.port = port;
    this.certificate = certificate;
    this.negotiated = negotiated;
  }

  /** The host that was dialled and verified. */
  public String host() {
    return host;
  }

  /** The port that was dialled. */
  public int port() {
    return port;
  }

  /** {@code TLSv1.3} or {@code TLSv1.2}. */
  public String protocol() {
    return negotiated.protocol();
  }

  /** The IANA name of the suite, such as {@code TLS_AES_128_GCM_SHA256}. */
  public String cipherSuite() {
    return negotiated.cipherSuite();
  }

  /** The key exchange group, such as {@code x25519}; null if the version does not tell. */
  public @Nullable String namedGroup() {
    return negotiated.namedGroup();
  }

  /** The ALPN protocol that the broker chose, or null. */
  public @Nullable String alpn() {
    return negotiated.alpn();
  }

  /**
   * Whether the broker asked for a client certificate. If it did not, it knows nothing of the
   * device's one, whatever is configured.
   */
  public boolean clientCertificateRequested() {
    return negotiated.certificateRequested();
  }

  /** The first certificate on the path whose key is pinned, leaf first; null if no pins are set. */
  public @Nullable SpkiPin matchedPin() {
    return certificate.matchedPin();
  }

  /** The subjects of the validated path, leaf first, and of its anchor last. */
  public List<String> path() {
    return certificate.path();
  }

  /** The leaf's subject. */
  public String subject() {
    return certificate.path().get(0);
  }

  /** The last instant of the leaf's validity. */
  public Instant notAfter() {
    return certificate.notAfter();
  }

  /**
   * A copy of the channel binding that was asked for.
   *
   * @throws IllegalStateException if none was asked for
   */
  public byte[] channelBinding() {
    byte[] binding = negotiated.channelBinding();
    if (binding == null) {
      throw new IllegalStateException("no channel binding was asked for when the machine was made");
    }
    return binding.clone();
  }

  /** Everything but the channel binding. */
  @Override
  public String toString() {
    return "VerifiedServer["
        + host
        + ":"
        + port
        + ", "
        + protocol()
        + ", "
        + cipherSuite()
        + ", "
        + subject()
        + ", pin="
        + matchedPin()
        + "]";
  }

  /** What is kept of the certificates; their object tree goes with the handshake. */
  record ServerCertificate(List<String> path, @Nullable SpkiPin matchedPin, Instant notAfter) {}

  /** What the handshake agreed on. */
  @SuppressWarnings("ArrayRecordComponent")
  record NegotiatedTls(
      String protocol,
      String cipherSuite,
      @Nullable String namedGroup,
      @Nullable String alpn,
      byte @Nullable [] channelBinding,
      boolean certificateRequested) {}
}
