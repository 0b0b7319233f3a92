package io.mooring.internal.tls;

import io.mooring.error.CertificatePathException;
import io.mooring.error.CertificatePathException.Reason;
import io.mooring.error.ErrorCode;
import java.io.File;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The authorities of the Java platform, read once, when they are first asked for: a device with its
 * own authority never reads them. What could not be read is tried again when asked for again.
 */
final class PlatformRoots {
  static final PlatformRoots SHARED = new PlatformRoots();

  private static final String TRUST_STORE = "javax.net.ssl.trustStore";
  private static final String TYPE = "javax.net.ssl.trustStoreType";

  /** Types that are read from the file named; to others, such as Windows-ROOT, it says nothing. */
  private static final Set<String> FILES = Set.of("JKS", "JCEKS", "PKCS12", "BCFKS");

  /** By which name the JDK is told to trust nobody. */
  private static final String NO_STORE = "NONE";

  private volatile @Nullable Set<TrustAnchor> anchors;

  /**
   * The authorities, one at least.
   *
   * @throws CertificatePathException if there are none, or they cannot be read
   */
  Set<TrustAnchor> anchors() {
    Set<TrustAnchor> known = anchors;
    return known == null ? read() : known;
  }

  private synchronized Set<TrustAnchor> read() {
    Set<TrustAnchor> known = anchors;
    if (known == null) {
      requireTheNamedFile();
      known = load();
      anchors = known;
    }
    return known;
  }

  /** In place of a file that is not there the JDK would take its own hundred authorities. */
  private static void requireTheNamedFile() {
    String named = System.getProperty(TRUST_STORE);
    String type = System.getProperty(TYPE, "JKS").toUpperCase(Locale.ROOT);
    if (named == null || named.equals(NO_STORE) || !FILES.contains(type)) {
      return;
    }
    File file = new File(named);
    if (!file.isFile() || !file.canRead()) {
      throw unusable("it names no file that can be read", null);
    }
  }

  private static Set<TrustAnchor> load() {
    TrustManager[] managers;
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init((KeyStore) null);
      managers = factory.getTrustManagers();
    } catch (GeneralSecurityException e) {
      throw unusable(String.valueOf(e.getMessage()), e);
    }
    Set<TrustAnchor> anchors = new HashSet<>();
    for (TrustManager manager : managers) {
      if (manager instanceof X509TrustManager x509) {
        for (X509Certificate certificate : x509.getAcceptedIssuers()) {
          anchors.add(new TrustAnchor(certificate, null));
        }
      }
    }
    if (anchors.isEmpty()) {
      throw unusable("it holds no authority", null);
    }
    return Collections.unmodifiableSet(anchors);
  }

  private static CertificatePathException unusable(
      String why, @Nullable GeneralSecurityException cause) {
    String named = System.getProperty(TRUST_STORE);
    return new CertificatePathException(
        ErrorCode.PLATFORM_AUTHORITIES,
        "The trust store of the Java platform cannot be used ("
            + TRUST_STORE
            + (named == null ? " is not set" : " is '" + Subjects.printable(named) + "'")
            + "): "
            + why
            + ". Mend the store, or name the authority with TlsPolicy.trusting(file).",
        Reason.UNKNOWN_AUTHORITY,
        cause);
  }
}
