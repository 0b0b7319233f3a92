package io.mooring.enrol.rotation;

import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.SignatureScheme;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;

/** The identity that a client holds, which a promotion without a live connection replaces. */
final class CurrentIdentity implements DeviceIdentity {
  private volatile DeviceIdentity delegate;

  CurrentIdentity(DeviceIdentity delegate) {
    this.delegate = delegate;
  }

  void follow(DeviceIdentity next) {
    delegate = next;
  }

  @Override
  public List<X509Certificate> certificateChain() {
    return delegate.certificateChain();
  }

  @Override
  public Set<SignatureScheme> signatureSchemes() {
    return delegate.signatureSchemes();
  }

  @Override
  public byte[] sign(SignatureScheme scheme, byte[] message) {
    return delegate.sign(scheme, message);
  }

  @Override
  public String toString() {
    return delegate.toString();
  }
}
