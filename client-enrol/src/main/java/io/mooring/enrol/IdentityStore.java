package io.mooring.enrol;

import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.SigningKey;
import io.mooring.keystore.KeyAlgorithm;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * Where a device keeps the identity in use and, beside it, a key that waits for its certificate.
 * Each change is durable when its method returns, and whole: after a power cut either the old state
 * is there or the new one. Not for use by several threads.
 */
public interface IdentityStore extends AutoCloseable {
  /** The identity in use; empty before the first enrolment. */
  Optional<DeviceIdentity> identity();

  /** The key that waits for its certificate. */
  Optional<SigningKey> pendingKey();

  /**
   * Makes a key, in place of a pending one; the identity in use is not touched.
   *
   * @throws io.mooring.error.KeystoreException if the store refuses
   */
  SigningKey generatePendingKey(KeyAlgorithm algorithm);

  /**
   * The identity that the pending key and {@code chain} make, to be tried before {@link #promote}.
   *
   * @throws io.mooring.error.KeystoreException if there is no pending key, or the chain is another
   *     key's
   */
  DeviceIdentity candidate(List<X509Certificate> chain);

  /**
   * Puts the pending key with its chain in the identity's place.
   *
   * @throws io.mooring.error.KeystoreException if there is no pending key, the chain is another
   *     key's, or the store refuses
   */
  void promote(List<X509Certificate> chain);

  /**
   * Puts another chain to the key in use, as a renewal that keeps its key brings.
   *
   * @throws io.mooring.error.KeystoreException if the chain is another key's, or the store refuses
   */
  void replaceChain(List<X509Certificate> chain);

  /** Lets go of keys in memory. */
  @Override
  void close();
}
