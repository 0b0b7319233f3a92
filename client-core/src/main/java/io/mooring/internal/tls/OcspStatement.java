package io.mooring.internal.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ocsp.BasicOCSPResponse;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPResponse;
import org.bouncycastle.asn1.ocsp.OCSPResponseStatus;
import org.bouncycastle.asn1.ocsp.ResponderID;
import org.bouncycastle.asn1.ocsp.ResponseBytes;
import org.bouncycastle.asn1.ocsp.RevokedInfo;
import org.bouncycastle.asn1.ocsp.SingleResponse;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.jspecify.annotations.Nullable;

/**
 * What an OCSP response says of one certificate (RFC 6960, sections 3.2 and 4.2), once it is known
 * who said it: the certificate's issuer, or a responder that the issuer certified for it.
 *
 * @param answer what it says
 * @param words the evidence: times, or why nothing is said
 */
record OcspStatement(Answer answer, String words) {
  /** What is said of the certificate. */
  enum Answer {
    /** Not revoked, now. */
    GOOD,
    /** Revoked; how old the statement is does not matter. */
    REVOKED,
    /** Nothing that could be relied on. */
    NOTHING
  }

  /** By how much clocks may differ. */
  private static final Duration SKEW = Duration.ofMinutes(5);

  /** How long a statement without an end is believed. */
  private static final Duration LONGEST_WITHOUT_END = Duration.ofDays(7);

  private static final String OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";
  private static final int DIGITAL_SIGNATURE = 0;

  /** What responders sign with today. SHA-1 is not among it. */
  private static final Map<String, String> SIGNATURES =
      Map.of(
          "1.2.840.10045.4.3.2", "SHA256withECDSA",
          "1.2.840.10045.4.3.3", "SHA384withECDSA",
          "1.2.840.10045.4.3.4", "SHA512withECDSA",
          "1.2.840.113549.1.1.11", "SHA256withRSA",
          "1.2.840.113549.1.1.12", "SHA384withRSA",
          "1.2.840.113549.1.1.13", "SHA512withRSA",
          "1.3.101.112", "Ed25519");

  /** Names of the hashes of a CertID: it finds a certificate, and proves nothing. */
  private static final Map<String, String> HASHES =
      Map.of("1.3.14.3.2.26", "SHA-1", "2.16.840.1.101.3.4.2.1", "SHA-256");

  /**
   * Reads and verifies.
   *
   * @param der of the OCSPResponse
   * @param leaf of whom it should speak
   * @param issuer who issued it, on the validated path
   * @param now by the clock that the path was judged by
   */
  static OcspStatement of(byte[] der, X509Certificate leaf, X509Certificate issuer, Instant now) {
    try {
      return read(der, leaf, issuer, now);
    } catch (IllegalArgumentException
        | IllegalStateException
        | ArrayIndexOutOfBoundsException
        | ClassCastException
        | ParseException
        | IOException
        | CertificateException e) {
      return nothing(
          "it cannot be read (" + Subjects.printable(String.valueOf(e.getMessage())) + ")");
    } catch (GeneralSecurityException e) {
      return nothing(
          "its signature cannot be checked: " + Subjects.printable(String.valueOf(e.getMessage())));
    }
  }

  private static OcspStatement read(
      byte[] der, X509Certificate leaf, X509Certificate issuer, Instant now)
      throws IOException, ParseException, GeneralSecurityException {
    OCSPResponse response = OCSPResponse.getInstance(der);
    int status = response.getResponseStatus().getIntValue();
    ResponseBytes bytes = response.getResponseBytes();
    if (status != OCSPResponseStatus.SUCCESSFUL || bytes == null) {
      return nothing("it is an error of the responder, status " + status);
    }
    if (!bytes.getResponseType().equals(OCSPObjectIdentifiers.id_pkix_ocsp_basic)) {
      return nothing("it is of the type " + bytes.getResponseType());
    }
    BasicOCSPResponse basic = BasicOCSPResponse.getInstance(bytes.getResponse().getOctets());
    String refusal = signedByNobodyKnown(basic, issuer, now);
    if (refusal != null) {
      return nothing(refusal);
    }
    SingleResponse single = about(basic, leaf, issuer);
    return single == null ? nothing("it speaks of another certificate") : judge(single, now);
  }

  /** Why the signature proves nothing, or null. */
  private static @Nullable String signedByNobodyKnown(
      BasicOCSPResponse basic, X509Certificate issuer, Instant now)
      throws IOException, GeneralSecurityException {
    ResponderID responder = basic.getTbsResponseData().getResponderID();
    if (names(responder, issuer)) {
      return verifies(basic, issuer.getPublicKey())
          ? null
          : "its signature is not that of the certificate's issuer";
    }
    for (X509Certificate delegate : certificates(basic)) {
      if (names(responder, delegate)) {
        String unfit = unfit(delegate, issuer, now);
        if (unfit != null) {
          return unfit;
        }
        return verifies(basic, delegate.getPublicKey())
            ? null
            : "its signature is not that of the responder it names";
      }
    }
    return "its signer is neither the certificate's issuer nor a responder that it brings";
  }

  /** RFC 6960, section 4.2.2.2: issued by that very authority, and for this purpose. */
  private static @Nullable String unfit(
      X509Certificate delegate, X509Certificate issuer, Instant now)
      throws GeneralSecurityException {
    String whose = "its responder (" + Subjects.of(delegate) + ") ";
    List<String> purposes = delegate.getExtendedKeyUsage();
    boolean[] usage = delegate.getKeyUsage();
    if (purposes == null || !purposes.contains(OCSP_SIGNING)) {
      return whose + "is not certified for signing OCSP responses";
    }
    if (usage != null && !usage[DIGITAL_SIGNATURE]) {
      return whose + "may not sign";
    }
    if (now.isBefore(delegate.getNotBefore().toInstant())
        || now.isAfter(delegate.getNotAfter().toInstant())) {
      return whose + "is outside its dates";
    }
    if (KeyStrength.weaknessOf(List.of(delegate)) != null) {
      return whose + "has a weak key or signature";
    }
    if (!delegate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
      return whose + "was certified by another authority";
    }
    try {
      CertificateSignature.verify(delegate, issuer.getPublicKey());
      return null;
    } catch (GeneralSecurityException e) {
      return whose + "was not certified by the certificate's issuer";
    }
  }

  private static boolean verifies(BasicOCSPResponse basic, PublicKey key)
      throws IOException, GeneralSecurityException {
    String algorithm = SIGNATURES.get(basic.getSignatureAlgorithm().getAlgorithm().getId());
    if (algorithm == null) {
      throw new NoSuchAlgorithmException(
          "signature algorithm " + basic.getSignatureAlgorithm().getAlgorithm().getId());
    }
    Signature signature = Signature.getInstance(algorithm);
    signature.initVerify(key);
    signature.update(basic.getTbsResponseData().getEncoded("DER"));
    return signature.verify(basic.getSignature().getOctets());
  }

  private static boolean names(ResponderID responder, X509Certificate certificate)
      throws IOException, NoSuchAlgorithmException {
    byte[] keyHash = responder.getKeyHash();
    return keyHash == null
        ? certificate
            .getSubjectX500Principal()
            .equals(new X500Principal(responder.getName().getEncoded()))
        : MessageDigest.isEqual(keyHash, hash("SHA-1", keyBits(certificate)));
  }

  private static List<X509Certificate> certificates(BasicOCSPResponse basic)
      throws IOException, CertificateException {
    List<X509Certificate> all = new ArrayList<>();
    ASN1Sequence brought = basic.getCerts();
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    for (int i = 0; brought != null && i < brought.size(); i++) {
      byte[] encoded = brought.getObjectAt(i).toASN1Primitive().getEncoded();
      all.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(encoded)));
    }
    return all;
  }

  private static @Nullable SingleResponse about(
      BasicOCSPResponse basic, X509Certificate leaf, X509Certificate issuer)
      throws NoSuchAlgorithmException {
    ASN1Sequence all = basic.getTbsResponseData().getResponses();
    for (int i = 0; i < all.size(); i++) {
      SingleResponse single = SingleResponse.getInstance(all.getObjectAt(i));
      CertID id = single.getCertID();
      String hash = HASHES.get(id.getHashAlgorithm().getAlgorithm().getId());
      if (hash != null
          && id.getSerialNumber().getValue().equals(leaf.getSerialNumber())
          && MessageDigest.isEqual(
              id.getIssuerNameHash().getOctets(),
              hash(hash, issuer.getSubjectX500Principal().getEncoded()))
          && MessageDigest.isEqual(
              id.getIssuerKeyHash().getOctets(), hash(hash, keyBits(issuer)))) {
        return single;
      }
    }
    return null;
  }

  private static OcspStatement judge(SingleResponse single, Instant now) throws ParseException {
    Instant since = single.getThisUpdate().getDate().toInstant();
    ASN1GeneralizedTime next = single.getNextUpdate();
    Instant until = next == null ? since.plus(LONGEST_WITHOUT_END) : next.getDate().toInstant();
    String times = "of " + since + ", until " + until + "; this device's clock says " + now;
    if (since.isAfter(now.plus(SKEW))) {
      return nothing("it lies in the future: " + times);
    }
    int status = single.getCertStatus().getTagNo();
    if (status == 1) {
      RevokedInfo revoked = RevokedInfo.getInstance(single.getCertStatus().getStatus());
      String when = Objects.toString(revoked.getRevocationTime().getDate().toInstant());
      return new OcspStatement(Answer.REVOKED, "since " + when + reason(revoked) + ", " + times);
    }
    if (status != 0) {
      return nothing("its responder does not know the certificate: " + times);
    }
    return until.isBefore(now.minus(SKEW))
        ? nothing("it is out of date: " + times)
        : new OcspStatement(Answer.GOOD, times);
  }

  private static String reason(RevokedInfo revoked) {
    return revoked.getRevocationReason() == null
        ? ""
        : " (CRLReason " + revoked.getRevocationReason().getValue() + ")";
  }

  private static byte[] keyBits(X509Certificate certificate) {
    return SubjectPublicKeyInfo.getInstance(certificate.getPublicKey().getEncoded())
        .getPublicKeyData()
        .getOctets();
  }

  private static byte[] hash(String algorithm, byte[] content) throws NoSuchAlgorithmException {
    return MessageDigest.getInstance(algorithm).digest(Arrays.copyOf(content, content.length));
  }

  private static OcspStatement nothing(String why) {
    return new OcspStatement(Answer.NOTHING, why);
  }
}
