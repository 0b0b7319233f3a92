package io.mooring.keystore;

import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.SignatureScheme;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A client certificate and its key in a PKCS#11 token. The key signs in the token and never leaves
 * it; the certificates may come from the token, from a file, or from both.
 *
 * <p>When the token was taken away, {@link #sign} throws a retryable {@link Pkcs11Exception}; once
 * it is back, the next call finds it again, in whatever slot.
 */
public final class Pkcs11Identity implements DeviceIdentity {
  private final Pkcs11KeyPair key;
  private final List<X509Certificate> chain;
  private final Clock clock;

  Pkcs11Identity(Pkcs11KeyPair key, List<X509Certificate> chain, Clock clock) {
    this.key = key;
    this.chain = List.copyOf(chain);
    this.clock = clock;
  }

  /** The key pair, for a certificate request that renews this identity with the same key. */
  public Pkcs11KeyPair keyPair() {
    return key;
  }

  @Override
  public List<X509Certificate> certificateChain() {
    return chain;
  }

  @Override
  public Set<SignatureScheme> signatureSchemes() {
    return key.signatureSchemes();
  }

  @Override
  public byte[] sign(SignatureScheme scheme, byte[] message) {
    return key.sign(scheme, message);
  }

  /**
   * What a person should look at, as of now: schemes that the token lacks, a certificate outside
   * its validity. Empty if there is nothing.
   */
  public List<String> warnings() {
    List<String> all = new ArrayList<>(key.warnings());
    all.addAll(Validity.warnings(key.toString(), chain, clock.instant()));
    return List.copyOf(all);
  }

  @Override
  public String toString() {
    return "Pkcs11Identity[" + chain.get(0).getSubjectX500Principal() + ", " + key + ']';
  }
}
