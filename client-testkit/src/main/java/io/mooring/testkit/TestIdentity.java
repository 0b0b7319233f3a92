package io.mooring.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.x500.X500Name;

/**
 * A test certificate with its path and its private key. The key is made for one test run, so its
 * bytes may be written where a test needs them.
 */
public final class TestIdentity {
  /** The alias under which {@link #keyStore} files the key. */
  public static final String ALIAS = "key";

  private final List<X509Certificate> path;
  private final KeyPair keyPair;
  private final KeyKind keyKind;

  TestIdentity(List<X509Certificate> path, KeyPair keyPair, KeyKind keyKind) {
    this.path = List.copyOf(path);
    this.keyPair = keyPair;
    this.keyKind = keyKind;
  }

  /** Starts a certificate that this authority signs. */
  public CertificateBuilder issues(String commonName) {
    return new CertificateBuilder(commonName, this);
  }

  /** Starts an intermediate authority below this one. */
  public CertificateBuilder issuesCa(String commonName) {
    return issues(commonName).authority();
  }

  /** A server certificate for the given dNSName and for 127.0.0.1 and ::1. */
  public TestIdentity server(String dnsName) {
    return issues(dnsName).dns(dnsName).ip("127.0.0.1", "::1").serverAuth().create();
  }

  /** A client certificate with the given common name. */
  public TestIdentity client(String commonName) {
    return issues(commonName).clientAuth().create();
  }

  /** The certificate itself. */
  public X509Certificate certificate() {
    return path.get(0);
  }

  /** What a TLS peer presents: the certificate and its intermediates, without the root. */
  public List<X509Certificate> chain() {
    return path.size() == 1 ? path : path.subList(0, path.size() - 1);
  }

  /** The whole path, from the certificate to its root. */
  public List<X509Certificate> path() {
    return path;
  }

  /** The root of the path; the certificate itself when it is self-signed. */
  public X509Certificate root() {
    return path.get(path.size() - 1);
  }

  /** The private key. */
  public PrivateKey privateKey() {
    return keyPair.getPrivate();
  }

  /** The key pair, to be used again by {@link CertificateBuilder#key(KeyKind, KeyPair)}. */
  public KeyPair keyPair() {
    return keyPair;
  }

  /** The kind of the key. */
  public KeyKind keyKind() {
    return keyKind;
  }

  /** {@link #chain()} in PEM, leaf first. */
  public String chainPem() {
    return chain().stream().map(TestIdentity::pem).collect(Collectors.joining());
  }

  /** The root certificate in PEM: what a peer is told to trust. */
  public String rootPem() {
    return pem(root());
  }

  /** The private key as unencrypted PKCS #8 in PEM. */
  public String privateKeyPem() {
    return pem("PRIVATE KEY", privateKey().getEncoded());
  }

  /** The pin of this certificate's key: {@code sha256/} and base64, as in RFC 7469, section 2.4. */
  public String spkiPin() {
    return spkiPin(certificate());
  }

  /** The pin of any certificate's key: {@code sha256/} and base64, as in RFC 7469, section 2.4. */
  public static String spkiPin(X509Certificate certificate) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(certificate.getPublicKey().getEncoded());
      return "sha256/" + Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }

  /** A certificate in PEM. */
  public static String pem(X509Certificate certificate) {
    try {
      return pem("CERTIFICATE", certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("A certificate we hold has an encoding", e);
    }
  }

  /** A PKCS12 keystore in memory with key and chain (root included) under {@link #ALIAS}. */
  public KeyStore keyStore(char[] password) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, password);
      Key key = privateKey();
      store.setKeyEntry(ALIAS, key, password, path.toArray(X509Certificate[]::new));
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("Cannot make a PKCS12 keystore in memory", e);
    }
  }

  /** Writes {@link #chainPem()} to a new file, 0600, and returns it. */
  public Path writeChain(Path file) throws IOException {
    return writePrivate(file, chainPem().getBytes(StandardCharsets.US_ASCII));
  }

  /** Writes {@link #rootPem()} to a new file, 0600, and returns it. */
  public Path writeRoot(Path file) throws IOException {
    return writePrivate(file, rootPem().getBytes(StandardCharsets.US_ASCII));
  }

  /** Writes {@link #privateKeyPem()} to a new file, 0600, and returns it. */
  public Path writeKey(Path file) throws IOException {
    return writePrivate(file, privateKeyPem().getBytes(StandardCharsets.US_ASCII));
  }

  /** Writes {@link #keyStore} to a new file, 0600, and returns it. */
  public Path writeKeyStore(Path file, char[] password) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try {
      keyStore(password).store(bytes, password);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Cannot encode a PKCS12 keystore", e);
    }
    return writePrivate(file, bytes.toByteArray());
  }

  /** The subject only; never the key. */
  @Override
  public String toString() {
    return "TestIdentity[" + certificate().getSubjectX500Principal() + ", " + keyKind + "]";
  }

  X500Name subject() {
    return X500Name.getInstance(certificate().getSubjectX500Principal().getEncoded());
  }

  private static Path writePrivate(Path file, byte[] content) throws IOException {
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    try (var channel =
        Files.newByteChannel(
            file, EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly)) {
      channel.write(ByteBuffer.wrap(content));
    }
    return file;
  }

  private static String pem(String label, byte[] der) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }
}
