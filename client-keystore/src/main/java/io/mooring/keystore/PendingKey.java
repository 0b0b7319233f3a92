package io.mooring.keystore;

import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.SignatureScheme;
import io.mooring.identity.SigningKey;
import io.mooring.keystore.DeviceKeystoreException.Reason;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A key that a keystore file holds beside the identity in use, until its certificate has come. It
 * signs certificate requests; {@link DeviceKeystoreFile#promotePendingKey} puts it in the
 * identity's place.
 */
public final class PendingKey implements SigningKey {
  private final String where;
  private final PublicKey publicKey;
  private final Set<SignatureScheme> schemes;
  private volatile @Nullable PrivateKey privateKey;

  private PendingKey(String where, PublicKey publicKey, PrivateKey privateKey) {
    this.where = where;
    this.publicKey = publicKey;
    this.privateKey = privateKey;
    this.schemes = Schemes.of(publicKey, where);
  }

  static PendingKey decode(String where, byte[] pkcs8, byte[] publicKey)
      throws IOException, GeneralSecurityException {
    KeyFactory factory = KeyFactory.getInstance(family(publicKey));
    PublicKey certified = factory.generatePublic(new X509EncodedKeySpec(publicKey));
    PrivateKey key = factory.generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    if (!CertificateChain.matches(key, certified, where)) {
      throw new IOException("the two halves of the pending key do not belong together");
    }
    return new PendingKey(where, certified, key);
  }

  private static String family(byte[] publicKey) throws IOException {
    Der.Cursor algorithm = new Der.Cursor(publicKey).next(Der.SEQUENCE).enter().next(Der.SEQUENCE);
    String oid = Der.dotted(algorithm.enter().next(Der.OID).content());
    return switch (oid) {
      case "1.2.840.10045.2.1" -> "EC";
      case "1.2.840.113549.1.1.1" -> "RSA";
      default -> throw new IOException("the pending key is of the unknown kind " + oid);
    };
  }

  @Override
  public PublicKey publicKey() {
    return publicKey;
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
    return Schemes.sign(scheme, privateKey(), message, where);
  }

  /**
   * The identity that this key and its certificate make, to try it before the old one is replaced.
   * It ends with the keystore it came from.
   *
   * @param certificates the certificate of the key and those that issued it, in any order
   * @throws DeviceKeystoreException if none of the certificates belongs to the key
   */
  public DeviceIdentity certifiedBy(Collection<X509Certificate> certificates) {
    PrivateKey key = privateKey();
    return SoftwareIdentity.of(where, CertificateChain.of(where, certificates, key), key);
  }

  PrivateKey privateKey() {
    PrivateKey present = privateKey;
    if (present == null) {
      throw new DeviceKeystoreException(
          Reason.CLOSED, "The key of " + where + " is gone: closed. Open the file again.");
    }
    return present;
  }

  void destroy() {
    privateKey = null;
  }

  /** Never the key. */
  @Override
  public String toString() {
    return "PendingKey[" + publicKey.getAlgorithm() + ", key redacted]";
  }
}
