package io.mooring.internal.tls;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.NoSuchProviderException;
import java.security.Principal;
import java.security.PublicKey;
import java.security.SignatureException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * A certificate of the JDK whose signature is verified by {@link CertificateSignature} when the
 * JDK's path builder asks for it. All else, and so every rule of the path, stays the JDK's.
 */
final class QuicklyVerified extends X509Certificate {
  private static final long serialVersionUID = 1L;

  private final transient X509Certificate certificate;

  QuicklyVerified(X509Certificate certificate) {
    this.certificate = certificate;
  }

  /** The certificate itself. */
  X509Certificate certificate() {
    return certificate;
  }

  @Override
  public void verify(PublicKey key)
      throws CertificateException,
          NoSuchAlgorithmException,
          InvalidKeyException,
          NoSuchProviderException,
          SignatureException {
    try {
      CertificateSignature.verify(certificate, key);
    } catch (CertificateException
        | NoSuchAlgorithmException
        | InvalidKeyException
        | NoSuchProviderException
        | SignatureException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new SignatureException(e);
    }
  }

  /** The JDK's path builder calls this one, and names no provider. */
  @Override
  public void verify(PublicKey key, @Nullable String provider)
      throws CertificateException,
          NoSuchAlgorithmException,
          InvalidKeyException,
          NoSuchProviderException,
          SignatureException {
    if (provider == null) {
      verify(key);
    } else {
      certificate.verify(key, provider);
    }
  }

  @Override
  public void checkValidity() throws CertificateExpiredException, CertificateNotYetValidException {
    certificate.checkValidity();
  }

  @Override
  public void checkValidity(Date date)
      throws CertificateExpiredException, CertificateNotYetValidException {
    certificate.checkValidity(date);
  }

  @Override
  public int getVersion() {
    return certificate.getVersion();
  }

  @Override
  public BigInteger getSerialNumber() {
    return certificate.getSerialNumber();
  }

  @Override
  public X500Principal getIssuerX500Principal() {
    return certificate.getIssuerX500Principal();
  }

  @Override
  public X500Principal getSubjectX500Principal() {
    return certificate.getSubjectX500Principal();
  }

  @Override
  public Date getNotBefore() {
    return certificate.getNotBefore();
  }

  @Override
  public Date getNotAfter() {
    return certificate.getNotAfter();
  }

  @Override
  public byte[] getTBSCertificate() throws CertificateEncodingException {
    return certificate.getTBSCertificate();
  }

  @Override
  public byte[] getSignature() {
    return certificate.getSignature();
  }

  @Override
  public String getSigAlgName() {
    return certificate.getSigAlgName();
  }

  @Override
  public String getSigAlgOID() {
    return certificate.getSigAlgOID();
  }

  @Override
  public byte @Nullable [] getSigAlgParams() {
    return certificate.getSigAlgParams();
  }

  @Override
  public boolean @Nullable [] getIssuerUniqueID() {
    return certificate.getIssuerUniqueID();
  }

  @Override
  public boolean @Nullable [] getSubjectUniqueID() {
    return certificate.getSubjectUniqueID();
  }

  @Override
  public boolean @Nullable [] getKeyUsage() {
    return certificate.getKeyUsage();
  }

  @Override
  public @Nullable List<String> getExtendedKeyUsage() throws CertificateParsingException {
    return certificate.getExtendedKeyUsage();
  }

  @Override
  public int getBasicConstraints() {
    return certificate.getBasicConstraints();
  }

  @Override
  public @Nullable Collection<List<?>> getSubjectAlternativeNames()
      throws CertificateParsingException {
    return certificate.getSubjectAlternativeNames();
  }

  @Override
  public @Nullable Collection<List<?>> getIssuerAlternativeNames()
      throws CertificateParsingException {
    return certificate.getIssuerAlternativeNames();
  }

  @Override
  public byte[] getEncoded() throws CertificateEncodingException {
    return certificate.getEncoded();
  }

  @Override
  public PublicKey getPublicKey() {
    return certificate.getPublicKey();
  }

  @Override
  public boolean hasUnsupportedCriticalExtension() {
    return certificate.hasUnsupportedCriticalExtension();
  }

  @Override
  public @Nullable Set<String> getCriticalExtensionOIDs() {
    return certificate.getCriticalExtensionOIDs();
  }

  @Override
  public @Nullable Set<String> getNonCriticalExtensionOIDs() {
    return certificate.getNonCriticalExtensionOIDs();
  }

  @Override
  public byte @Nullable [] getExtensionValue(String oid) {
    return certificate.getExtensionValue(oid);
  }

  /** The principal of the other method: the JDK has deprecated this one. */
  @Override
  @SuppressWarnings("deprecation") // abstract in the JDK all the same
  public Principal getIssuerDN() {
    return certificate.getIssuerX500Principal();
  }

  /** The principal of the other method: the JDK has deprecated this one. */
  @Override
  @SuppressWarnings("deprecation") // abstract in the JDK all the same
  public Principal getSubjectDN() {
    return certificate.getSubjectX500Principal();
  }

  @Override
  public String toString() {
    return certificate.toString();
  }
}
