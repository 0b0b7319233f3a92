package io.mooring.testkit;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Describes one certificate (RFC 5280) and makes it. Defaults: a P-256 key, valid from an hour ago
 * for two days, no subject alternative name, no extended key usage.
 */
public final class CertificateBuilder {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int SERIAL_BITS = 127;
  private static final ASN1ObjectIdentifier TLS_FEATURE =
      new ASN1ObjectIdentifier("1.3.6.1.5.5.7.1.24");
  private static final int STATUS_REQUEST = 5;

  private final String commonName;
  private final @Nullable TestIdentity issuer;
  private final List<GeneralName> names = new ArrayList<>();
  private final List<KeyPurposeId> purposes = new ArrayList<>();
  private final List<GeneralSubtree> permitted = new ArrayList<>();
  private final List<GeneralSubtree> excluded = new ArrayList<>();
  private KeyKind keyKind = KeyKind.EC_P256;
  private @Nullable KeyPair keyPair;
  private Instant notBefore = Instant.now().minus(Duration.ofHours(1));
  private Instant notAfter = Instant.now().plus(Duration.ofDays(2));
  private boolean authority;
  private boolean mustStaple;
  private int pathLength = -1;

  CertificateBuilder(String commonName, @Nullable TestIdentity issuer) {
    this.commonName = commonName;
    this.issuer = issuer;
  }

  /** Chooses the kind of key. */
  public CertificateBuilder key(KeyKind kind) {
    this.keyKind = kind;
    return this;
  }

  /**
   * Reuses a key pair, as a renewal that keeps its pin does.
   *
   * @param kind the kind the pair is of; it decides the signature algorithm
   */
  public CertificateBuilder key(KeyKind kind, KeyPair pair) {
    this.keyKind = kind;
    this.keyPair = pair;
    return this;
  }

  /** Adds dNSName entries to the subject alternative name; wildcards go in as they are. */
  public CertificateBuilder dns(String... dnsNames) {
    for (String name : dnsNames) {
      names.add(new GeneralName(GeneralName.dNSName, name));
    }
    return this;
  }

  /** Adds iPAddress entries, given as IPv4 or IPv6 literals. */
  public CertificateBuilder ip(String... addresses) {
    for (String address : addresses) {
      names.add(new GeneralName(GeneralName.iPAddress, address));
    }
    return this;
  }

  /** Adds the extended key usage id-kp-serverAuth. */
  public CertificateBuilder serverAuth() {
    purposes.add(KeyPurposeId.id_kp_serverAuth);
    return this;
  }

  /** Adds the extended key usage id-kp-clientAuth. */
  public CertificateBuilder clientAuth() {
    purposes.add(KeyPurposeId.id_kp_clientAuth);
    return this;
  }

  /** Adds the extended key usage id-kp-OCSPSigning. */
  public CertificateBuilder ocspSigning() {
    purposes.add(KeyPurposeId.id_kp_OCSPSigning);
    return this;
  }

  /** Demands a stapled OCSP response by the TLS feature status_request (RFC 7633). */
  public CertificateBuilder mustStaple() {
    mustStaple = true;
    return this;
  }

  /** Sets both ends of the validity; X.509 drops the fraction of a second. */
  public CertificateBuilder valid(Instant from, Instant until) {
    this.notBefore = from;
    this.notAfter = until;
    return this;
  }

  /** Ended an hour ago. */
  public CertificateBuilder expired() {
    Instant now = Instant.now();
    return valid(now.minus(Duration.ofDays(2)), now.minus(Duration.ofHours(1)));
  }

  /** Begins tomorrow. */
  public CertificateBuilder notYetValid() {
    Instant now = Instant.now();
    return valid(now.plus(Duration.ofDays(1)), now.plus(Duration.ofDays(2)));
  }

  /** Makes it an authority: basicConstraints cA and keyUsage keyCertSign. */
  public CertificateBuilder authority() {
    this.authority = true;
    return this;
  }

  /**
   * Limits how many further authorities may follow below this one; implies {@link #authority()}.
   */
  public CertificateBuilder pathLength(int further) {
    if (further < 0) {
      throw new IllegalArgumentException("pathLength is " + further + ", but must be 0 or more");
    }
    this.pathLength = further;
    return authority();
  }

  /** Adds a permitted dNSName subtree to the name constraints (RFC 5280, 4.2.1.10). */
  public CertificateBuilder permitDns(String subtree) {
    permitted.add(new GeneralSubtree(new GeneralName(GeneralName.dNSName, subtree)));
    return this;
  }

  /** Adds an excluded dNSName subtree to the name constraints (RFC 5280, 4.2.1.10). */
  public CertificateBuilder excludeDns(String subtree) {
    excluded.add(new GeneralSubtree(new GeneralName(GeneralName.dNSName, subtree)));
    return this;
  }

  /** Makes the key, unless one was given, and the certificate. */
  public TestIdentity create() {
    KeyPair pair = keyPair != null ? keyPair : keyKind.generate();
    List<X509Certificate> path = new ArrayList<>();
    path.add(sign(pair));
    if (issuer != null) {
      path.addAll(issuer.path());
    }
    return new TestIdentity(path, pair, keyKind);
  }

  private X509Certificate sign(KeyPair pair) {
    X500Name subject = new X500NameBuilder().addRDN(BCStyle.CN, commonName).build();
    try {
      X509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              issuer == null ? subject : issuer.subject(),
              new BigInteger(SERIAL_BITS, RANDOM).setBit(0),
              Date.from(notBefore),
              Date.from(notAfter),
              subject,
              pair.getPublic());
      addExtensions(builder, pair);
      KeyKind signingKind = issuer == null ? keyKind : issuer.keyKind();
      var signer =
          new JcaContentSignerBuilder(signingKind.signatureAlgorithm())
              .build(issuer == null ? pair.getPrivate() : issuer.privateKey());
      return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("Cannot make the certificate of CN=" + commonName, e);
    }
  }

  private void addExtensions(X509v3CertificateBuilder builder, KeyPair pair)
      throws GeneralSecurityException, IOException {
    var ids = new JcaX509ExtensionUtils();
    builder.addExtension(
        Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(pair.getPublic()));
    builder.addExtension(
        Extension.authorityKeyIdentifier,
        false,
        ids.createAuthorityKeyIdentifier(
            issuer == null ? pair.getPublic() : issuer.certificate().getPublicKey()));
    builder.addExtension(Extension.basicConstraints, true, basicConstraints());
    builder.addExtension(
        Extension.keyUsage,
        true,
        new KeyUsage(
            authority ? KeyUsage.keyCertSign | KeyUsage.cRLSign : KeyUsage.digitalSignature));
    if (!names.isEmpty()) {
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(names.toArray(GeneralName[]::new)));
    }
    if (!purposes.isEmpty()) {
      builder.addExtension(
          Extension.extendedKeyUsage,
          false,
          new ExtendedKeyUsage(purposes.toArray(KeyPurposeId[]::new)));
    }
    if (mustStaple) {
      builder.addExtension(TLS_FEATURE, false, new DERSequence(new ASN1Integer(STATUS_REQUEST)));
    }
    if (!permitted.isEmpty() || !excluded.isEmpty()) {
      builder.addExtension(
          Extension.nameConstraints,
          true,
          new NameConstraints(
              permitted.toArray(GeneralSubtree[]::new), excluded.toArray(GeneralSubtree[]::new)));
    }
  }

  private BasicConstraints basicConstraints() {
    return pathLength >= 0 ? new BasicConstraints(pathLength) : new BasicConstraints(authority);
  }
}
