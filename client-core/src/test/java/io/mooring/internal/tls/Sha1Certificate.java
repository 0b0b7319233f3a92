package io.mooring.internal.tls;

import io.mooring.testkit.TestIdentity;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Date;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** A leaf signed with SHA-1, or in another way that no certificate maker of ours would use. */
final class Sha1Certificate {
  private Sha1Certificate() {}

  static X509Certificate signedBy(TestIdentity ca, String commonName) throws Exception {
    byte[] der =
        der(
            ca,
            commonName,
            new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA1),
            Signature.getInstance("SHA1withECDSA"));
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  /** A leaf signed in any other way; {@code named} stands in it as it is. */
  static byte[] der(
      TestIdentity ca, String commonName, AlgorithmIdentifier named, Signature signature)
      throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair pair = generator.generateKeyPair();
    V3TBSCertificateGenerator body = new V3TBSCertificateGenerator();
    body.setSerialNumber(new org.bouncycastle.asn1.ASN1Integer(BigInteger.TEN));
    body.setIssuer(X500Name.getInstance(ca.certificate().getSubjectX500Principal().getEncoded()));
    body.setSubject(new X500Name("CN=" + commonName));
    body.setStartDate(new Time(ca.certificate().getNotBefore()));
    body.setEndDate(new Time(new Date(ca.certificate().getNotAfter().getTime())));
    body.setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
    body.setSignature(named);
    TBSCertificate toBeSigned = body.generateTBSCertificate();

    signature.initSign(ca.privateKey());
    signature.update(toBeSigned.getEncoded("DER"));
    ASN1EncodableVector whole = new ASN1EncodableVector();
    whole.add(toBeSigned);
    whole.add(named);
    whole.add(new DERBitString(signature.sign()));
    return new DERSequence(whole).getEncoded("DER");
  }
}
