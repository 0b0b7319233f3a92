package io.mooring.keystore;

import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.Secret;
import io.mooring.identity.SignatureScheme;
import io.mooring.keystore.DeviceKeystoreException.Reason;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import javax.security.auth.Destroyable;
import org.jspecify.annotations.Nullable;

/**
 * A client certificate and its key from PEM files (RFC 7468), as openssl, certbot and most
 * certificate authorities write them. Keys are read as PKCS#8, plain or encrypted, as SEC 1 ({@code
 * EC PRIVATE KEY}) and as PKCS#1 ({@code RSA PRIVATE KEY}).
 *
 * <p>The key must belong to one of the certificates; a chain that is out of order is put in order,
 * and {@link #warnings()} says so. The key file must be closed to group and others.
 */
public final class PemIdentity implements DeviceIdentity, Destroyable, AutoCloseable {
  private final SoftwareIdentity identity;
  private final List<String> warnings;
  private final String where;
  private final Clock clock;

  private PemIdentity(SoftwareIdentity identity, List<String> warnings, String where, Clock clock) {
    this.identity = identity;
    this.warnings = warnings;
    this.where = where;
    this.clock = clock;
  }

  /**
   * Opens a chain and an unencrypted key.
   *
   * @param certificateFile certificates in PEM, the leaf's chain in any order
   * @param keyFile one private key in PEM; may be the same file
   * @throws DeviceKeystoreException if either file cannot be used
   */
  public static PemIdentity open(Path certificateFile, Path keyFile) {
    return open(certificateFile, keyFile, null, Clock.systemUTC());
  }

  /**
   * Opens a chain and an encrypted key.
   *
   * @param certificateFile certificates in PEM, the leaf's chain in any order
   * @param keyFile one private key in PEM; may be the same file
   * @param keyPassword printable ASCII; not kept
   * @throws DeviceKeystoreException if either file cannot be used
   * @throws IllegalArgumentException if the password is empty or not printable ASCII
   */
  public static PemIdentity open(Path certificateFile, Path keyFile, Secret keyPassword) {
    return open(certificateFile, keyFile, keyPassword, Clock.systemUTC());
  }

  static PemIdentity open(
      Path certificateFile, Path keyFile, @Nullable Secret keyPassword, Clock clock) {
    List<X509Certificate> certificates = certificates(certificateFile);
    List<String> warnings = new ArrayList<>();
    PrivateKey key = key(keyFile, keyPassword, warnings);
    String where = "PEM file " + certificateFile;
    CertificateChain chain = CertificateChain.of(where, certificates, key);
    warnings.addAll(chain.warnings());
    return new PemIdentity(
        SoftwareIdentity.of("PEM file " + keyFile, chain, key),
        List.copyOf(warnings),
        where,
        clock);
  }

  /**
   * Reads the certificates of a PEM file, for a set of authorities, say.
   *
   * @return at least one, in the order of the file
   * @throws DeviceKeystoreException if the file cannot be used or holds no certificate
   */
  public static List<X509Certificate> certificates(Path file) {
    byte[] text = GuardedFile.readPublic("PEM file", file);
    List<X509Certificate> certificates = new ArrayList<>();
    List<PemFile.Block> blocks = PemFile.parse(file, text);
    Arrays.fill(text, (byte) 0);
    for (PemFile.Block block : blocks) {
      switch (block.label()) {
        case "CERTIFICATE", "X509 CERTIFICATE" -> certificates.add(certificate(file, block));
        default -> block.wipe();
      }
    }
    if (certificates.isEmpty()) {
      throw new DeviceKeystoreException(
          Reason.NO_CERTIFICATE,
          "PEM file "
              + file
              + " holds no CERTIFICATE block; it holds "
              + blocks.stream().map(PemFile.Block::label).toList()
              + ". Name the file of the certificate.");
    }
    return List.copyOf(certificates);
  }

  private static X509Certificate certificate(Path file, PemFile.Block block) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(block.der()));
    } catch (CertificateException e) {
      throw new DeviceKeystoreException(
          Reason.DAMAGED,
          "PEM file "
              + file
              + ", line "
              + block.line()
              + ": the block is not an X.509 certificate ("
              + e.getMessage()
              + "). Restore the file.",
          e);
    }
  }

  private static PrivateKey key(Path file, @Nullable Secret password, List<String> warnings) {
    byte[] text = GuardedFile.readSecret("PEM file", file);
    List<PemFile.Block> blocks = List.of();
    try {
      blocks = PemFile.parse(file, text);
      List<PemFile.Block> keys = blocks.stream().filter(PemKeys::isKey).toList();
      if (keys.isEmpty()) {
        throw new DeviceKeystoreException(
            Reason.NO_KEY,
            "PEM file "
                + file
                + " holds no PRIVATE KEY block; it holds "
                + blocks.stream().map(PemFile.Block::label).toList()
                + ". Name the file of the key.");
      }
      if (keys.size() > 1) {
        throw new DeviceKeystoreException(
            Reason.AMBIGUOUS,
            "PEM file "
                + file
                + " holds "
                + keys.size()
                + " private keys, on the lines "
                + keys.stream().map(PemFile.Block::line).toList()
                + ". Leave one.");
      }
      PemFile.Block block = keys.get(0);
      if (password != null && !block.label().startsWith("ENCRYPTED")) {
        warnings.add("PEM file " + file + ": a password was given, but the key is not encrypted.");
      }
      return PemKeys.read("PEM file " + file, block, password);
    } finally {
      blocks.forEach(PemFile.Block::wipe);
      Arrays.fill(text, (byte) 0);
    }
  }

  @Override
  public List<X509Certificate> certificateChain() {
    return identity.certificateChain();
  }

  @Override
  public Set<SignatureScheme> signatureSchemes() {
    return identity.signatureSchemes();
  }

  @Override
  public byte[] sign(SignatureScheme scheme, byte[] message) {
    return identity.sign(scheme, message);
  }

  /**
   * What a person should look at, as of now: a certificate outside its validity (the device's clock
   * may be wrong, so it is no refusal), a chain that was put in order. Empty if there is nothing.
   */
  public List<String> warnings() {
    List<String> all = new ArrayList<>(warnings);
    all.addAll(Validity.warnings(where, identity.certificateChain(), clock.instant()));
    return List.copyOf(all);
  }

  /** Drops the key; {@link #sign} refuses from now on. May be called again. */
  @Override
  public void destroy() {
    identity.destroy();
  }

  @Override
  public boolean isDestroyed() {
    return identity.isDestroyed();
  }

  /** Same as {@link #destroy()}. */
  @Override
  public void close() {
    destroy();
  }

  SoftwareIdentity software() {
    return identity;
  }

  @Override
  public String toString() {
    return "PemIdentity["
        + identity.certificateChain().get(0).getSubjectX500Principal()
        + ", key redacted]";
  }
}
