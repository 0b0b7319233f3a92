package io.mooring.internal.tls;

import java.io.IOException;
import java.math.BigInteger;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.tls.TlsObjectIdentifiers;
import org.bouncycastle.tls.crypto.Tls13Verifier;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsEncryptor;
import org.bouncycastle.tls.crypto.TlsVerifier;
import org.jspecify.annotations.Nullable;

/**
 * A certificate that can be let go of. Bouncy Castle keeps both chains as long as the connection
 * lives, in fields it does not let us clear.
 */
final class HandshakeCertificate implements TlsCertificate {
  private @Nullable TlsCertificate certificate;

  HandshakeCertificate(TlsCertificate certificate) {
    this.certificate = certificate;
  }

  void release() {
    certificate = null;
  }

  @Override
  public TlsEncryptor createEncryptor(int tlsCertificateRole) throws IOException {
    return held().createEncryptor(tlsCertificateRole);
  }

  @Override
  public TlsVerifier createVerifier(short signatureAlgorithm) throws IOException {
    return held().createVerifier(signatureAlgorithm);
  }

  @Override
  public Tls13Verifier createVerifier(int signatureScheme) throws IOException {
    return held().createVerifier(signatureScheme);
  }

  @Override
  public byte[] getEncoded() throws IOException {
    return held().getEncoded();
  }

  /**
   * Hides the TLS feature extension (RFC 7633): bctls looks for the staple among the extensions of
   * the server, where TLS 1.3 has none. {@link StapleRule} reads the certificate itself.
   */
  @Override
  public byte @Nullable [] getExtension(ASN1ObjectIdentifier extensionOID) throws IOException {
    return TlsObjectIdentifiers.id_pe_tlsfeature.equals(extensionOID)
        ? null
        : held().getExtension(extensionOID);
  }

  @Override
  public BigInteger getSerialNumber() {
    return held().getSerialNumber();
  }

  @Override
  public String getSigAlgOID() {
    return held().getSigAlgOID();
  }

  @Override
  public ASN1Encodable getSigAlgParams() throws IOException {
    return held().getSigAlgParams();
  }

  @Override
  public short getLegacySignatureAlgorithm() throws IOException {
    return held().getLegacySignatureAlgorithm();
  }

  @Override
  public boolean supportsSignatureAlgorithm(short signatureAlgorithm) throws IOException {
    return held().supportsSignatureAlgorithm(signatureAlgorithm);
  }

  @Override
  public boolean supportsSignatureAlgorithmCA(short signatureAlgorithm) throws IOException {
    return held().supportsSignatureAlgorithmCA(signatureAlgorithm);
  }

  @Override
  public TlsCertificate checkUsageInRole(int tlsCertificateRole) throws IOException {
    held().checkUsageInRole(tlsCertificateRole);
    return this;
  }

  private TlsCertificate held() {
    TlsCertificate current = certificate;
    if (current == null) {
      throw new IllegalStateException("the certificate was let go of after the handshake");
    }
    return current;
  }
}
