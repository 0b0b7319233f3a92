package io.mooring.testkit;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** JDK TLS contexts from test certificates; nothing global is touched. */
public final class TestTls {
  private static final char[] IN_MEMORY = "in-memory".toCharArray();

  private TestTls() {}

  /** A server that presents the identity and can judge no client certificate. */
  public static SSLContext server(TestIdentity identity) {
    return context(identity, List.of());
  }

  /**
   * A server that presents the identity and trusts client certificates below the given roots.
   * Whether it asks for one is set on the socket ({@code setNeedClientAuth}).
   */
  public static SSLContext server(TestIdentity identity, Collection<X509Certificate> clientRoots) {
    return context(identity, clientRoots);
  }

  /** A client that trusts the given roots. */
  public static SSLContext client(X509Certificate... roots) {
    return context(null, List.of(roots));
  }

  /** A client that presents the identity and trusts the given roots. */
  public static SSLContext client(TestIdentity identity, X509Certificate... roots) {
    return context(identity, List.of(roots));
  }

  private static SSLContext context(
      @Nullable TestIdentity identity, Collection<X509Certificate> roots) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          identity == null ? new KeyManager[0] : keyManagers(identity), trustManagers(roots), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("Cannot make a TLS context from test certificates", e);
    }
  }

  private static KeyManager[] keyManagers(TestIdentity identity) throws GeneralSecurityException {
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(identity.keyStore(IN_MEMORY), IN_MEMORY);
    return factory.getKeyManagers();
  }

  private static TrustManager[] trustManagers(Collection<X509Certificate> roots)
      throws GeneralSecurityException, IOException {
    if (roots.isEmpty()) {
      return new TrustManager[0];
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, IN_MEMORY);
    int number = 0;
    for (X509Certificate root : roots) {
      store.setCertificateEntry("root-" + number++, root);
    }
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }
}
