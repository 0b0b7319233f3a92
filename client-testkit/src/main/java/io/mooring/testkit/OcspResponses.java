package io.mooring.testkit;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.jspecify.annotations.Nullable;

/** OCSP responses (RFC 6960) as a responder makes them, and as it should not. */
public final class OcspResponses {
  private final TestIdentity signer;
  private final X509Certificate issuer;
  private X509Certificate subject;
  private List<X509Certificate> brought = List.of();
  private @Nullable CertificateStatus status = CertificateStatus.GOOD;
  private Instant since = Instant.now().minus(Duration.ofHours(1));
  private @Nullable Instant until = Instant.now().plus(Duration.ofHours(1));
  private boolean byName;
  private @Nullable String algorithm;

  private OcspResponses(TestIdentity signer, TestIdentity issuer, TestIdentity subject) {
    this.signer = signer;
    this.issuer = issuer.certificate();
    this.subject = subject.certificate();
  }

  /** A good one of {@code subject}, by its issuer, from an hour ago for two hours. */
  public static OcspResponses of(TestIdentity subject, TestIdentity issuer) {
    return new OcspResponses(issuer, issuer, subject);
  }

  /** Signed by {@code responder}, who brings its certificate. */
  public OcspResponses by(TestIdentity responder) {
    OcspResponses other = new OcspResponses(responder, responder, responder);
    return other.like(this, List.of(responder.certificate()));
  }

  private OcspResponses like(OcspResponses source, List<X509Certificate> certificates) {
    OcspResponses made = new OcspResponses(signer, source.issuer, source.subject);
    made.brought = certificates;
    made.status = source.status;
    made.since = source.since;
    made.until = source.until;
    made.byName = source.byName;
    made.algorithm = source.algorithm;
    return made;
  }

  private OcspResponses(TestIdentity signer, X509Certificate issuer, X509Certificate subject) {
    this.signer = signer;
    this.issuer = issuer;
    this.subject = subject;
  }

  /** Of another certificate. */
  public OcspResponses about(TestIdentity other) {
    subject = other.certificate();
    return this;
  }

  /** Revoked since then, for a compromised key. */
  public OcspResponses revoked(Instant when) {
    status = new RevokedStatus(Date.from(when), 1);
    return this;
  }

  /** The responder does not know the certificate. */
  public OcspResponses unknown() {
    status = new UnknownStatus();
    return this;
  }

  /** From when to when it holds; without an end if {@code last} is null. */
  public OcspResponses valid(Instant first, @Nullable Instant last) {
    since = first;
    until = last;
    return this;
  }

  /** The responder is named by its subject, and not by the hash of its key. */
  public OcspResponses byName() {
    byName = true;
    return this;
  }

  /** Signed by this algorithm, by the JDK's name, and not by the one that fits the key. */
  public OcspResponses algorithm(String name) {
    algorithm = name;
    return this;
  }

  /** The OCSPResponse in DER. */
  public byte[] der() {
    try {
      var digests = new JcaDigestCalculatorProviderBuilder().build();
      var sha1 = digests.get(CertificateID.HASH_SHA1);
      X509CertificateHolder own = new JcaX509CertificateHolder(signer.certificate());
      RespID responder =
          byName ? new RespID(own.getSubject()) : new RespID(own.getSubjectPublicKeyInfo(), sha1);
      CertificateID id =
          new CertificateID(sha1, new JcaX509CertificateHolder(issuer), subject.getSerialNumber());
      BasicOCSPRespBuilder builder = new BasicOCSPRespBuilder(responder);
      builder.addResponse(
          id, status, Date.from(since), until == null ? null : Date.from(until), null);
      X509CertificateHolder[] chain = new X509CertificateHolder[brought.size()];
      for (int i = 0; i < chain.length; i++) {
        chain[i] = new JcaX509CertificateHolder(brought.get(i));
      }
      String name = algorithm == null ? signer.keyKind().signatureAlgorithm() : algorithm;
      BasicOCSPResp basic =
          builder.build(
              new JcaContentSignerBuilder(name).build(signer.privateKey()),
              chain,
              Date.from(since));
      return new OCSPRespBuilder().build(OCSPRespBuilder.SUCCESSFUL, basic).getEncoded();
    } catch (GeneralSecurityException | OperatorCreationException | OCSPException | IOException e) {
      throw new IllegalStateException("the OCSP response cannot be made", e);
    }
  }

  /** What a responder says that has no answer now (tryLater). */
  public static byte[] tryLater() {
    try {
      return new OCSPRespBuilder().build(OCSPRespBuilder.TRY_LATER, null).getEncoded();
    } catch (OCSPException | IOException e) {
      throw new IllegalStateException("the OCSP response cannot be made", e);
    }
  }
}
