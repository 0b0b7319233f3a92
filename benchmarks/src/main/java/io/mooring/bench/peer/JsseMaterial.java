package io.mooring.bench.peer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The PEM files as JSSE wants them, for the clients that take key and trust managers. */
public final class JsseMaterial {
  private static final char[] IN_MEMORY = "in-memory".toCharArray();

  private final KeyStore keys;
  private final KeyStore trust;

  JsseMaterial(Target target) throws IOException, GeneralSecurityException {
    this(target.ca(), target.certificate(), target.key());
  }

  /** Reads the files of a client or a server. */
  public JsseMaterial(Path ca, Path certificate, Path key)
      throws IOException, GeneralSecurityException {
    keys = KeyStore.getInstance("PKCS12");
    keys.load(null, IN_MEMORY);
    keys.setKeyEntry("key", privateKey(key), IN_MEMORY, chain(certificate));
    trust = KeyStore.getInstance("PKCS12");
    trust.load(null, IN_MEMORY);
    trust.setCertificateEntry("ca", chain(ca)[0]);
  }

  KeyManagerFactory keyManagers() throws GeneralSecurityException {
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, IN_MEMORY);
    return factory;
  }

  TrustManagerFactory trustManagers() throws GeneralSecurityException {
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trust);
    return factory;
  }

  /** A context of the JDK's own provider. */
  public SSLContext context() throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keyManagers().getKeyManagers(), trustManagers().getTrustManagers(), null);
    return context;
  }

  /** A context of another provider, with its own managers. */
  SSLContext context(Provider provider) throws GeneralSecurityException {
    var keyManagers = KeyManagerFactory.getInstance("PKIX", provider);
    keyManagers.init(keys, IN_MEMORY);
    var trustManagers = TrustManagerFactory.getInstance("PKIX", provider);
    trustManagers.init(trust);
    SSLContext context = SSLContext.getInstance("TLS", provider);
    context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
    return context;
  }

  private static Certificate[] chain(Path file) throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(in)
          .toArray(Certificate[]::new);
    }
  }

  private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
    String pem = Files.readString(file, StandardCharsets.US_ASCII);
    String body =
        pem.replace("-----BEGIN PRIVATE KEY-----", "").replace("-----END PRIVATE KEY-----", "");
    byte[] der = Base64.getMimeDecoder().decode(body);
    return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
  }
}
