package io.mooring.demo;

import io.mooring.testkit.Bytes;
import io.mooring.testkit.TestIdentity;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/**
 * The certificate chain, leaf first, and the private key with which a demo broker proves itself.
 */
public final class BrokerCertificate {
  private static final String ALIAS = "broker";

  private final List<X509Certificate> chain;
  private final PrivateKey key;

  private BrokerCertificate(List<X509Certificate> chain, PrivateKey key) {
    this.chain = List.copyOf(chain);
    this.key = key;
  }

  /** A certificate made at test time. */
  public static BrokerCertificate of(TestIdentity identity) {
    return new BrokerCertificate(identity.chain(), identity.privateKey());
  }

  /**
   * Reads PEM files.
   *
   * @param certificates the certificate and its intermediates, leaf first
   * @param privateKey the unencrypted key: PKCS #8, or OpenSSL's own EC or RSA form
   */
  public static BrokerCertificate fromPem(Path certificates, Path privateKey)
      throws IOException, GeneralSecurityException {
    List<X509Certificate> chain = readCertificates(certificates);
    if (chain.isEmpty()) {
      throw new IOException("No certificate in " + certificates);
    }
    return new BrokerCertificate(chain, readKey(privateKey));
  }

  /** Reads the first key entry of a PKCS12 keystore. */
  public static BrokerCertificate fromKeyStore(Path file, char[] password)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(file.toFile(), password);
    for (String alias : Collections.list(store.aliases())) {
      if (store.isKeyEntry(alias) && store.getKey(alias, password) instanceof PrivateKey key) {
        return new BrokerCertificate(
            Arrays.stream(store.getCertificateChain(alias))
                .map(X509Certificate.class::cast)
                .toList(),
            key);
      }
    }
    throw new IOException("No private key in " + file);
  }

  /** Reads the certificates of a PEM file. */
  static List<X509Certificate> readCertificates(Path file)
      throws IOException, GeneralSecurityException {
    List<X509Certificate> certificates = new ArrayList<>();
    try (var in = Files.newInputStream(file)) {
      for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        certificates.add((X509Certificate) certificate);
      }
    }
    return certificates;
  }

  /** The broker's own certificate. */
  X509Certificate leaf() {
    return chain.get(0);
  }

  /** The file from which HiveMQ loads it: a PKCS12 keystore in memory. */
  KeyStore keyStore(char[] password) throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, password);
    store.setKeyEntry(ALIAS, key, password, chain.toArray(X509Certificate[]::new));
    return store;
  }

  /**
   * The channel-binding data of tls-server-end-point (RFC 5929, section 4.1): the certificate's
   * hash under the hash function of its signature, but SHA-256 in place of MD5 and SHA-1.
   */
  Bytes serverEndPoint() throws GeneralSecurityException {
    String signature = leaf().getSigAlgName().toUpperCase(Locale.ROOT);
    String hash =
        signature.startsWith("SHA384")
            ? "SHA-384"
            : signature.startsWith("SHA512") ? "SHA-512" : "SHA-256";
    return Bytes.of(MessageDigest.getInstance(hash).digest(leaf().getEncoded()));
  }

  private static PrivateKey readKey(Path file) throws IOException {
    String pem = Files.readString(file, StandardCharsets.US_ASCII);
    try (var parser = new PEMParser(new StringReader(pem))) {
      for (Object next = parser.readObject(); next != null; next = parser.readObject()) {
        if (next instanceof PrivateKeyInfo info) {
          return new JcaPEMKeyConverter().getPrivateKey(info);
        }
        if (next instanceof PEMKeyPair pair) {
          return new JcaPEMKeyConverter().getPrivateKey(pair.getPrivateKeyInfo());
        }
      }
    }
    throw new IOException("No unencrypted private key in " + file);
  }
}
