package io.mooring.bench.peer;

import java.io.IOException;
import java.security.GeneralSecurityException;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;

/** Paho over Bouncy Castle's JSSE, whose cryptography is Bouncy Castle's too. */
public final class PahoBcPeer extends PahoPeer {
  /** Reads the files. */
  public PahoBcPeer(Target target) throws IOException, GeneralSecurityException {
    super(
        target,
        new JsseMaterial(target).context(new BouncyCastleJsseProvider(new BouncyCastleProvider())));
  }
}
