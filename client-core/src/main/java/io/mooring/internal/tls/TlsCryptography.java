package io.mooring.internal.tls;

import io.mooring.internal.telemetry.SecretLog;
import java.io.IOException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.CertificateType;
import org.bouncycastle.tls.EncryptionAlgorithm;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.TlsNonceGenerator;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCertificate;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.jspecify.annotations.Nullable;

/**
 * Cryptography of one connection: curves and signatures from Bouncy Castle's lightweight API (a
 * fraction of SunEC's time), record AEAD from the JDK (a fraction of Bouncy Castle's). No provider
 * is registered.
 */
final class TlsCryptography extends BcTlsCrypto {
  private static final int AES_128_BYTES = 16;
  private static final int AES_256_BYTES = 32;
  private static final int CHACHA20_BYTES = 32;

  private final @Nullable TrafficSecrets secrets;
  private final ArrayList<JdkAead> ciphers = new ArrayList<>();
  private final ArrayList<HandshakeCertificate> certificates = new ArrayList<>();

  TlsCryptography(@Nullable SecretLog log) {
    super(Random.SOURCE);
    this.secrets = log == null ? null : new TrafficSecrets(log);
  }

  @Override
  public TlsCipher createCipher(
      TlsCryptoParameters parameters, int encryptionAlgorithm, int macAlgorithm)
      throws IOException {
    if (secrets != null) {
      secrets.cipher(this, parameters);
    }
    return switch (encryptionAlgorithm) {
      case EncryptionAlgorithm.AES_128_GCM -> aesGcm(parameters, AES_128_BYTES);
      case EncryptionAlgorithm.AES_256_GCM -> aesGcm(parameters, AES_256_BYTES);
      case EncryptionAlgorithm.CHACHA20_POLY1305 ->
          new RecordCipher(
              parameters,
              false,
              CHACHA20_BYTES,
              remember(JdkAead.chaCha20Poly1305(true)),
              remember(JdkAead.chaCha20Poly1305(false)));
      default ->
          throw new TlsFatalAlert(
              AlertDescription.internal_error,
              "cipher " + encryptionAlgorithm + " was not offered");
    };
  }

  /**
   * For the random of a hello: straight from the operating system. Bouncy Castle would put a
   * generator of its own in between, and keep it as long as the connection.
   */
  @Override
  public TlsNonceGenerator createNonceGenerator(byte @Nullable [] additionalSeedMaterial) {
    return size -> {
      byte[] nonce = new byte[size];
      Random.SOURCE.nextBytes(nonce);
      return nonce;
    };
  }

  @Override
  public TlsCertificate createCertificate(short type, byte[] encoding) throws IOException {
    if (type != CertificateType.X509) {
      throw new TlsFatalAlert(AlertDescription.unsupported_certificate);
    }
    HandshakeCertificate certificate =
        new HandshakeCertificate(new LeanCertificate(this, ParsedCertificates.SHARED.of(encoding)));
    certificates.add(certificate);
    return certificate;
  }

  /** Lets go of what only the handshake needed: certificates, and ciphers but the last pair. */
  void handshakeEnded() {
    releaseCertificates();
    List<JdkAead> done = ciphers.subList(0, Math.max(0, ciphers.size() - 2));
    for (JdkAead each : done) {
      each.wipe();
    }
    done.clear();
    ciphers.trimToSize();
    certificates.trimToSize();
  }

  /** Lets go of what the next record makes anew. */
  void rest() {
    for (JdkAead each : ciphers) {
      each.rest();
    }
  }

  /** Wipes the keys of every cipher made. */
  void wipe() {
    for (JdkAead each : ciphers) {
      each.wipe();
    }
    releaseCertificates();
  }

  private void releaseCertificates() {
    for (HandshakeCertificate each : certificates) {
      each.release();
    }
    certificates.clear();
  }

  private TlsCipher aesGcm(TlsCryptoParameters parameters, int keyBytes) throws IOException {
    return new RecordCipher(
        parameters,
        true,
        keyBytes,
        remember(JdkAead.aesGcm(true)),
        remember(JdkAead.aesGcm(false)));
  }

  private JdkAead remember(JdkAead cipher) {
    ciphers.add(cipher);
    return cipher;
  }

  /** A certificate that need not be parsed, encoded or its key be read for each connection. */
  private static final class LeanCertificate extends BcTlsCertificate {
    private final ParsedCertificates.Parsed parsed;

    LeanCertificate(BcTlsCrypto crypto, ParsedCertificates.Parsed parsed) {
      super(crypto, parsed.certificate());
      this.parsed = parsed;
    }

    @Override
    public byte[] getEncoded() {
      return parsed.der();
    }

    @Override
    protected AsymmetricKeyParameter getPublicKey() throws IOException {
      try {
        return parsed.key();
      } catch (IOException | IllegalArgumentException e) {
        throw new TlsFatalAlert(AlertDescription.unsupported_certificate, e); // as it does itself
      }
    }
  }

  private static final class Random {
    static final SecureRandom SOURCE = create();

    private static SecureRandom create() {
      try {
        // Bouncy Castle calls generateSeed, which on the default source waits for a board's
        // entropy.
        return SecureRandom.getInstance("NativePRNGNonBlocking");
      } catch (NoSuchAlgorithmException e) {
        return new SecureRandom();
      }
    }
  }
}
