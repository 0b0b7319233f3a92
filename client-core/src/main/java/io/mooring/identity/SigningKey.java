package io.mooring.identity;

import java.security.PublicKey;
import java.util.Set;

/**
 * The handle of a private key that has no certificate yet: what a certificate request is signed
 * with. Like {@link DeviceIdentity}, it signs and never shows the key, which may live in a file or
 * in a token. Its methods may block.
 */
public interface SigningKey {
  /** The public half, in the JDK's form: its encoding is a SubjectPublicKeyInfo (RFC 5280). */
  PublicKey publicKey();

  /** The schemes that the key can sign with, in order of preference; at least one. */
  Set<SignatureScheme> signatureSchemes();

  /**
   * Signs {@code message} (not a digest of it) with the private key.
   *
   * @return the signature in the form X.509 and TLS want: DER for ECDSA, raw for the rest
   * @throws io.mooring.error.KeystoreException if the key is gone or the token refuses
   * @throws IllegalArgumentException if {@code scheme} is not among {@link #signatureSchemes()}
   */
  byte[] sign(SignatureScheme scheme, byte[] message);
}
