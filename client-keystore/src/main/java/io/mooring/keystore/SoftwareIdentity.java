package io.mooring.keystore;

import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.SignatureScheme;
import io.mooring.keystore.DeviceKeystoreException.Reason;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A private key in this JVM's memory behind the handle: asked to sign, never to show itself. */
final class SoftwareIdentity implements DeviceIdentity {
  private final String where;
  private final List<X509Certificate> chain;
  private final Set<SignatureScheme> schemes;
  private volatile @Nullable PrivateKey key;
  private volatile @Nullable QuickEcdsa quick;

  private SoftwareIdentity(String where, List<X509Certificate> chain, PrivateKey key) {
    this.where = where;
    this.chain = List.copyOf(chain);
    this.schemes = Schemes.of(chain.get(0).getPublicKey(), where);
    this.key = key;
    this.quick = QuickEcdsa.of(key);
  }

  /** Takes a chain that {@link CertificateChain} has put in order and matched with the key. */
  static SoftwareIdentity of(String where, CertificateChain chain, PrivateKey key) {
    return new SoftwareIdentity(where, chain.certificates(), key);
  }

  @Override
  public List<X509Certificate> certificateChain() {
    return chain;
  }

  @Override
  public Set<SignatureScheme> signatureSchemes() {
    return schemes;
  }

  @Override
  public byte[] sign(SignatureScheme scheme, byte[] message) {
    if (!schemes.contains(scheme)) {
      throw new IllegalArgumentException(
          "the key of " + where + " does not sign " + scheme + "; it signs " + schemes);
    }
    QuickEcdsa elliptic = quick;
    return elliptic == null
        ? Schemes.sign(scheme, privateKey(), message, where)
        : elliptic.sign(message);
  }

  /** The key itself, for the writer of the same package only. */
  PrivateKey privateKey() {
    PrivateKey present = key;
    if (present == null) {
      throw new DeviceKeystoreException(
          Reason.CLOSED, "The key of " + where + " is gone: closed. Open the file again.");
    }
    return present;
  }

  /** Drops the key; the JDK's key classes offer no way to overwrite it. */
  void destroy() {
    key = null;
    quick = null;
  }

  boolean isDestroyed() {
    return key == null;
  }

  @Override
  public String toString() {
    return "DeviceIdentity[" + chain.get(0).getSubjectX500Principal() + ", key redacted]";
  }
}
