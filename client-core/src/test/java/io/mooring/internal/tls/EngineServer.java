package io.mooring.internal.tls;

import io.mooring.testkit.TestIdentity;
import java.io.ByteArrayOutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;

/** A JDK TLS server without a socket: an independent peer for the machine. */
final class EngineServer {
  final SSLEngine engine;
  final ByteArrayOutputStream received = new ByteArrayOutputStream();
  SSLException failure;

  private byte[] input = new byte[0];
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();

  private EngineServer(SSLEngine engine) {
    this.engine = engine;
    engine.setUseClientMode(false);
  }

  /** Presents the identity with its chain, without the root. */
  static EngineServer of(TestIdentity identity) {
    return of(identity, identity.chain(), List.of());
  }

  /** Presents any certificates behind the identity's own; trusts clients below the given roots. */
  static EngineServer of(
      TestIdentity identity, List<X509Certificate> chain, List<X509Certificate> clientRoots) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      KeyStore roots = KeyStore.getInstance("PKCS12");
      roots.load(null, null);
      for (X509Certificate root : clientRoots) {
        roots.setCertificateEntry("root" + roots.size(), root);
      }
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      if (!clientRoots.isEmpty()) {
        trust.init(roots);
      }
      context.init(
          new KeyManager[] {new FixedChain(identity.privateKey(), chain)},
          clientRoots.isEmpty() ? null : trust.getTrustManagers(),
          null);
      return new EngineServer(context.createSSLEngine());
    } catch (GeneralSecurityException | java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }

  EngineServer with(Consumer<SSLEngine> settings) {
    settings.accept(engine);
    return this;
  }

  EngineServer protocols(String... protocols) {
    engine.setEnabledProtocols(protocols);
    return this;
  }

  EngineServer suites(String... suites) {
    engine.setEnabledCipherSuites(suites);
    return this;
  }

  EngineServer needClientAuth() {
    engine.setNeedClientAuth(true);
    return this;
  }

  /** Takes ciphertext; failures of the server are kept in {@link #failure}. */
  void offer(byte[] ciphertext) {
    byte[] joined = new byte[input.length + ciphertext.length];
    System.arraycopy(input, 0, joined, 0, input.length);
    System.arraycopy(ciphertext, 0, joined, input.length, ciphertext.length);
    input = joined;
    try {
      turn();
    } catch (SSLException e) {
      failure = e;
      flush();
    }
  }

  /** Encrypts application data. */
  void write(byte[] plaintext) throws SSLException {
    ByteBuffer source = ByteBuffer.wrap(plaintext);
    do {
      wrap(source);
    } while (source.hasRemaining());
  }

  void close() throws SSLException {
    engine.closeOutbound();
    flush();
  }

  byte[] takeOutput() {
    byte[] bytes = output.toByteArray();
    output.reset();
    return bytes;
  }

  private void turn() throws SSLException {
    boolean progress = true;
    while (progress) {
      progress = false;
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> {
          for (Runnable task = engine.getDelegatedTask();
              task != null;
              task = engine.getDelegatedTask()) {
            task.run();
          }
          progress = true;
        }
        case NEED_WRAP -> {
          wrap(ByteBuffer.allocate(0));
          progress = true;
        }
        default -> {
          ByteBuffer source = ByteBuffer.wrap(input);
          ByteBuffer target = ByteBuffer.allocate(40_000);
          SSLEngineResult result = engine.unwrap(source, target);
          received.write(target.array(), 0, target.position());
          input = new byte[source.remaining()];
          source.get(input);
          progress =
              result.bytesConsumed() > 0
                  || engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_TASK
                  || engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_WRAP;
        }
      }
      if (engine.isInboundDone() && engine.isOutboundDone()) {
        return;
      }
    }
  }

  private void flush() {
    try {
      while (!engine.isOutboundDone() && wrap(ByteBuffer.allocate(0)) > 0) {
        // until the alert is out
      }
    } catch (SSLException e) {
      failure = e;
    }
  }

  private int wrap(ByteBuffer source) throws SSLException {
    ByteBuffer target = ByteBuffer.allocate(40_000);
    SSLEngineResult result = engine.wrap(source, target);
    output.write(target.array(), 0, target.position());
    return result.bytesProduced();
  }

  private static final class FixedChain extends X509ExtendedKeyManager {
    private final PrivateKey key;
    private final List<X509Certificate> chain;

    FixedChain(PrivateKey key, List<X509Certificate> chain) {
      this.key = key;
      this.chain = chain;
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
      String algorithm = key.getAlgorithm();
      return keyType.equals(algorithm)
              || keyType.startsWith(algorithm + "_")
              || keyType.equals("EdDSA") && !algorithm.equals("RSA") && !algorithm.equals("EC")
          ? "key"
          : null;
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
      return "key";
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return chain.toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return key;
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
      return new String[] {"key"};
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
      return null;
    }

    @Override
    public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
      return null;
    }
  }
}
