package io.mooring.internal.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mooring.error.TlsException;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.TlsPolicy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateEntry;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsServerProtocol;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.junit.jupiter.api.Test;

/** X25519MLKEM768 with a server that takes nothing else: one HelloRetryRequest, then data. */
class PostQuantumTest {
  private static final TestIdentity CA = TestCertificates.ca("Test CA").create();
  private static final TlsPolicy POLICY = TlsPolicy.trusting(List.of(CA.certificate()));

  @Test
  void postQuantum_serverThatTakesNothingElse_isServed() throws Exception {
    TlsMachine client = TlsPair.machine(POLICY, "localhost", null, null, Clock.systemUTC());
    TlsServerProtocol server = new TlsServerProtocol();
    server.accept(new PostQuantumServer(CA.server("localhost")));
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    client.start();
    settle(client, server, received);

    assertEquals("X25519MLKEM768", client.server().namedGroup());
    byte[] hello = "hello".getBytes(StandardCharsets.UTF_8);
    server.writeApplicationData(hello, 0, hello.length);
    settle(client, server, received);
    assertEquals("hello", received.toString(StandardCharsets.UTF_8));
  }

  @Test
  void postQuantum_switchedOff_isNotOffered() throws Exception {
    TlsMachine client =
        TlsPair.machine(POLICY.postQuantum(false), "localhost", null, null, Clock.systemUTC());
    TlsServerProtocol server = new TlsServerProtocol();
    server.accept(new PostQuantumServer(CA.server("localhost")));
    client.start();
    byte[] hello = TlsPair.drain(client);
    assertThrows(IOException.class, () -> server.offerInput(hello));
    byte[] alert = new byte[server.getAvailableOutputBytes()];
    server.readOutput(alert, 0, alert.length);
    assertThrows(TlsException.class, () -> client.offer(ByteBuffer.wrap(alert), (b, o, l) -> {}));
  }

  private static void settle(
      TlsMachine client, TlsServerProtocol server, ByteArrayOutputStream received)
      throws IOException {
    while (client.hasOutput() || server.getAvailableOutputBytes() > 0) {
      server.offerInput(TlsPair.drain(client));
      byte[] answer = new byte[server.getAvailableOutputBytes()];
      server.readOutput(answer, 0, answer.length);
      client.offer(ByteBuffer.wrap(answer), received::write);
    }
  }

  private static final class PostQuantumServer extends DefaultTlsServer {
    private final TestIdentity identity;

    PostQuantumServer(TestIdentity identity) {
      super(new BcTlsCrypto(new SecureRandom()));
      this.identity = identity;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
      return ProtocolVersion.TLSv13.only();
    }

    @Override
    public int[] getSupportedGroups() {
      return new int[] {NamedGroup.X25519MLKEM768};
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
          new Certificate(new byte[0], chain),
          algorithm);
    }
  }
}
