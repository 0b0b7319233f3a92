package io.mooring.keystore;

import io.mooring.keystore.PinSetException.Reason;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;
import java.util.Optional;

/** Public keys from their SubjectPublicKeyInfo (RFC 5280, section 4.1). */
final class PublicKeys {
  private static final List<String> KINDS = List.of("EC", "Ed25519", "RSA");

  private PublicKeys() {}

  /** The key of a pin set's signer; of the kinds that may sign one. */
  static PublicKey decode(byte[] subjectPublicKeyInfo) {
    return KINDS.stream()
        .map(kind -> decode(kind, subjectPublicKeyInfo))
        .flatMap(Optional::stream)
        .findFirst()
        .orElseThrow(
            () ->
                new PinSetException(
                    Reason.MALFORMED,
                    "The signer of the pin set is no public key of type EC, Ed25519 or RSA in"
                        + " DER."));
  }

  /** Empty if it is of another kind: each factory refuses what names another algorithm. */
  private static Optional<PublicKey> decode(String kind, byte[] subjectPublicKeyInfo) {
    try {
      PublicKey key =
          KeyFactory.getInstance(kind).generatePublic(new X509EncodedKeySpec(subjectPublicKeyInfo));
      return Optional.of(key)
          .filter(same -> MessageDigest.isEqual(same.getEncoded(), subjectPublicKeyInfo));
    } catch (InvalidKeySpecException e) {
      return Optional.empty();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + kind + " keys", e);
    }
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
