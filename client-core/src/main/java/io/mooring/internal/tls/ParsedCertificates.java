package io.mooring.internal.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCertificate;
import org.jspecify.annotations.Nullable;

/**
 * The certificates that handshakes of this JVM have read lately, so that a reconnect does not parse
 * the same bytes again. What is remembered follows from the bytes alone; whether anybody believes
 * the certificate is none of it. With the key Bouncy Castle keeps the multiples of its point, which
 * a verification would compute first otherwise. The least lately used of {@value #CAPACITY} makes
 * room.
 */
final class ParsedCertificates {
  /** Chains of a few brokers and devices; each certificate takes some 10 KiB. */
  static final int CAPACITY = 16;

  /** The most bytes of one: nobody has checked it yet, and it stays in memory. */
  static final int LARGEST = 4096;

  /** For all clients of the JVM. */
  static final ParsedCertificates SHARED = new ParsedCertificates();

  /** By their bytes. Guarded by this. */
  private final Map<ByteBuffer, Parsed> known = new Recent<>(CAPACITY);

  /**
   * The certificate of these bytes.
   *
   * @throws IOException if they are none
   */
  synchronized Parsed of(byte[] encoding) throws IOException {
    Parsed parsed = known.get(ByteBuffer.wrap(encoding));
    if (parsed == null) {
      parsed = new Parsed(BcTlsCertificate.parseCertificate(encoding));
      if (encoding.length <= LARGEST) {
        known.put(ByteBuffer.wrap(encoding.clone()), parsed);
      }
    }
    return parsed;
  }

  /** One certificate, as Bouncy Castle reads it. */
  static final class Parsed {
    private final Certificate certificate;
    private final byte[] der;

    /** Guarded by this. */
    private @Nullable AsymmetricKeyParameter key;

    private Parsed(Certificate certificate) throws IOException {
      this.certificate = certificate;
      this.der = certificate.getEncoded(ASN1Encoding.DER);
    }

    Certificate certificate() {
      return certificate;
    }

    byte[] der() {
      return der.clone();
    }

    /**
     * The key that it certifies.
     *
     * @throws IOException if that cannot be read
     * @throws IllegalArgumentException if it is no point of its curve
     */
    synchronized AsymmetricKeyParameter key() throws IOException {
      AsymmetricKeyParameter read = key;
      if (read == null) {
        read = NamedCurve.key(certificate.getSubjectPublicKeyInfo());
        key = read;
      }
      return read;
    }
  }
}
