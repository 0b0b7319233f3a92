package io.mooring.identity;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;

/**
 * A client certificate and the handle of its private key, for mutual TLS. The key may live in a
 * file, an HSM or a TPM; it is asked to sign and never to show itself. Both methods that touch the
 * key are called on a worker thread, never on the event loop, and may block.
 */
public interface DeviceIdentity {
  /** The certificate chain, leaf first, without the anchor; at least one. */
  List<X509Certificate> certificateChain();

  /** The schemes that the key can sign with, in order of preference; at least one. */
  Set<SignatureScheme> signatureSchemes();

  /**
   * Signs {@code message} (not a digest of it) with the private key.
   *
   * @return the signature in the form TLS wants: DER for ECDSA, raw for the rest
   * @throws io.mooring.error.KeystoreException if the key is gone or the token refuses
   * @throws IllegalArgumentException if {@code scheme} is not among {@link #signatureSchemes()}
   */
  byte[] sign(SignatureScheme scheme, byte[] message);
}
