package io.mooring.internal.tls;

import io.mooring.internal.telemetry.SecretLog;
import java.io.IOException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
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
  private final ArrayList<RecordCipher> ciphers = new ArrayList<>();
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
    RecordCipher cipher =
        switch (encryptionAlgorithm) {
          case EncryptionAlgorithm.AES_128_GCM -> RecordCipher.of(parameters, true, AES_128_BYTES);
          case EncryptionAlgorithm.AES_256_GCM -> RecordCipher.of(parameters, true, AES_256_BYTES);
          case EncryptionAlgorithm.CHACHA20_POLY1305 ->
              RecordCipher.of(parameters, false, CHACHA20_BYTES);
          default ->
              throw new TlsFatalAlert(
                  AlertDescription.internal_error,
                  "cipher " + encryptionAlgorithm + " was not offered");
        };
    ciphers.add(cipher);
    return cipher;
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

  /**
   * Lets go of what only the handshake needed: certificates, and ciphers but the last, which it
   * returns.
   */
  RecordCipher handshakeEnded() {
    releaseCertificates();
    RecordCipher last = ciphers.remove(ciphers.size() - 1);
    wipe();
    ciphers.clear();
    ciphers.add(last);
    ciphers.trimToSize();
    certificates.trimToSize();
    return last;
  }

  /** Lets go of what the next record makes anew. */
  void rest() {
    for (RecordCipher each : ciphers) {
      each.rest();
    }
  }

  /** Wipes the keys of every cipher made. */
  void wipe() {
    for (RecordCipher each : ciphers) {
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
