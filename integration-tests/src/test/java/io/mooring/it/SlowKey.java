package io.mooring.it;

import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.SignatureScheme;
import io.mooring.testkit.TestIdentity;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;

/** A key on P-256 that takes its time, as one in a token does: it signs behind {@code before}. */
record SlowKey(TestIdentity device, Runnable before) implements DeviceIdentity {
  @Override
  public List<X509Certificate> certificateChain() {
    return device.chain();
  }

  @Override
  public Set<SignatureScheme> signatureSchemes() {
    return Set.of(SignatureScheme.ECDSA_SECP256R1_SHA256);
  }

  @Override
  public byte[] sign(SignatureScheme scheme, byte[] message) {
    before.run();
    try {
      Signature engine = Signature.getInstance("SHA256withECDSA");
      engine.initSign(device.privateKey());
      engine.update(message);
      return engine.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
