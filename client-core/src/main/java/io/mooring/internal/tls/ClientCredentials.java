package io.mooring.internal.tls;

import io.mooring.error.ErrorCode;
import io.mooring.error.TlsException;
import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.SignatureScheme;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.Vector;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateEntry;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CertificateType;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsStreamSigner;
import org.jspecify.annotations.Nullable;

/** The device's certificate and the handle of its key, in the form that bctls asks for. */
final class ClientCredentials implements TlsCredentialedSigner {
  private final DeviceIdentity identity;
  private final SignatureScheme scheme;
  private final Certificate certificate;
  private final @Nullable Runnable beforeSigning;

  private ClientCredentials(
      DeviceIdentity identity,
      SignatureScheme scheme,
      Certificate certificate,
      @Nullable Runnable beforeSigning) {
    this.identity = identity;
    this.scheme = scheme;
    this.certificate = certificate;
    this.beforeSigning = beforeSigning;
  }

  /**
   * Answers a broker's request with the first scheme of the identity that the broker accepts.
   *
   * @param beforeSigning runs when the certificate lies in the output, and the signature is yet to
   *     be made
   * @throws TlsException if it accepts none: to go on without a certificate would be a quiet
   *     downgrade
   */
  static ClientCredentials answer(
      CertificateRequest request,
      DeviceIdentity identity,
      boolean tls13,
      TlsCryptography cryptography,
      String peer,
      @Nullable Runnable beforeSigning)
      throws IOException {
    Set<Integer> accepted = accepted(request);
    for (SignatureScheme scheme : identity.signatureSchemes()) {
      if (accepted.contains(scheme.code()) && !(tls13 && isTls12Only(scheme))) {
        return new ClientCredentials(
            identity, scheme, chain(request, identity, tls13, cryptography), beforeSigning);
      }
    }
    throw new TlsException(
        ErrorCode.CLIENT_KEY_UNSUITABLE,
        "The broker at "
            + peer
            + " accepts no signature of this device's key: the key does "
            + identity.signatureSchemes()
            + ", the broker takes "
            + accepted.stream()
                .map(code -> "0x" + HexFormat.of().toHexDigits(code.shortValue()))
                .toList()
            + ". Give the device a key of another kind, or widen the broker's signature algorithms.",
        null);
  }

  @Override
  public Certificate getCertificate() {
    return certificate;
  }

  @Override
  public byte[] generateRawSignature(byte[] hash) throws IOException {
    throw new TlsFatalAlert(AlertDescription.internal_error, "keys sign messages, not hashes");
  }

  @Override
  public SignatureAndHashAlgorithm getSignatureAndHashAlgorithm() {
    return org.bouncycastle.tls.SignatureScheme.getSignatureAndHashAlgorithm(scheme.code());
  }

  @Override
  public TlsStreamSigner getStreamSigner() {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    return new TlsStreamSigner() {
      @Override
      public OutputStream getOutputStream() {
        return message;
      }

      @Override
      public byte[] getSignature() {
        if (beforeSigning != null) {
          beforeSigning.run();
        }
        return identity.sign(scheme, message.toByteArray());
      }
    };
  }

  private static boolean isTls12Only(SignatureScheme scheme) {
    return switch (scheme) {
      case RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512 -> true;
      default -> false;
    };
  }

  private static Set<Integer> accepted(CertificateRequest request) {
    Set<Integer> codes = new LinkedHashSet<>();
    Vector<?> algorithms = request.getSupportedSignatureAlgorithms();
    for (Object algorithm : algorithms) {
      codes.add(org.bouncycastle.tls.SignatureScheme.from((SignatureAndHashAlgorithm) algorithm));
    }
    return codes;
  }

  private static Certificate chain(
      CertificateRequest request,
      DeviceIdentity identity,
      boolean tls13,
      TlsCryptography cryptography)
      throws IOException {
    List<X509Certificate> chain = identity.certificateChain();
    CertificateEntry[] entries = new CertificateEntry[chain.size()];
    for (int i = 0; i < entries.length; i++) {
      try {
        entries[i] =
            new CertificateEntry(
                cryptography.createCertificate(CertificateType.X509, chain.get(i).getEncoded()),
                null);
      } catch (CertificateEncodingException e) {
        throw new TlsFatalAlert(AlertDescription.internal_error, e);
      }
    }
    return new Certificate(tls13 ? request.getCertificateRequestContext() : null, entries);
  }
}
