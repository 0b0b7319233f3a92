package io.mooring.internal.tls;

import io.mooring.testkit.TestIdentity;
import java.io.IOException;
import java.security.SecureRandom;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateEntry;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/** A server of Bouncy Castle, which tests may make do what it must not; of TLS 1.3 unless told. */
final class BcServer extends DefaultTlsServer {
  private final TestIdentity identity;
  private final int group;
  private final ProtocolVersion version;

  BcServer(TestIdentity identity, int group) {
    this(identity, group, ProtocolVersion.TLSv13);
  }

  BcServer(TestIdentity identity, int group, ProtocolVersion version) {
    super(new BcTlsCrypto(new SecureRandom()));
    this.identity = identity;
    this.group = group;
    this.version = version;
  }

  @Override
  protected ProtocolVersion[] getSupportedVersions() {
    return version.only();
  }

  @Override
  protected int[] getSupportedCipherSuites() {
    return new int[] {
      CipherSuite.TLS_AES_128_GCM_SHA256, CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
    };
  }

  @Override
  public int[] getSupportedGroups() {
    return new int[] {group};
  }

  @Override
  public TlsCredentials getCredentials() throws IOException {
    BcTlsCrypto crypto = (BcTlsCrypto) getCrypto();
    CertificateEntry[] chain = new CertificateEntry[identity.chain().size()];
    for (int i = 0; i < chain.length; i++) {
      try {
        chain[i] =
            new CertificateEntry(
                crypto.createCertificate(identity.chain().get(i).getEncoded()), null);
      } catch (java.security.cert.CertificateEncodingException e) {
        throw new IOException(e);
      }
    }
    SignatureAndHashAlgorithm algorithm =
        SignatureScheme.getSignatureAndHashAlgorithm(SignatureScheme.ecdsa_secp256r1_sha256);
    return new BcDefaultTlsCredentialedSigner(
        new TlsCryptoParameters(context),
        crypto,
        PrivateKeyFactory.createKey(identity.privateKey().getEncoded()),
        new Certificate(version.equals(ProtocolVersion.TLSv13) ? new byte[0] : null, chain),
        algorithm);
  }
}
