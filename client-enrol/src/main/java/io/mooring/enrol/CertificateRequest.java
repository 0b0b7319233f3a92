package io.mooring.enrol;

import io.mooring.identity.SignatureScheme;
import io.mooring.identity.SigningKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.pkcs.CertificationRequestInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.jspecify.annotations.Nullable;

/**
 * A certificate request (PKCS#10, RFC 2986), signed by the key it is for, wherever that key lives.
 * It asks for a key that signs (digitalSignature) and authenticates a TLS client (clientAuth).
 */
public final class CertificateRequest {
  /** What authorities take, in the order of how many take it; RSA-PSS is known to the fewest. */
  private static final List<SignatureScheme> PREFERENCE =
      List.of(
          SignatureScheme.ECDSA_SECP256R1_SHA256,
          SignatureScheme.ECDSA_SECP384R1_SHA384,
          SignatureScheme.ECDSA_SECP521R1_SHA512,
          SignatureScheme.RSA_PKCS1_SHA256,
          SignatureScheme.RSA_PKCS1_SHA384,
          SignatureScheme.RSA_PKCS1_SHA512,
          SignatureScheme.ED25519,
          SignatureScheme.RSA_PSS_RSAE_SHA256,
          SignatureScheme.RSA_PSS_RSAE_SHA384,
          SignatureScheme.RSA_PSS_RSAE_SHA512);

  private static final ASN1ObjectIdentifier ED25519 = new ASN1ObjectIdentifier("1.3.101.112");

  private final byte[] der;
  private final PublicKey publicKey;

  private CertificateRequest(byte[] der, PublicKey publicKey) {
    this.der = der;
    this.publicKey = publicKey;
  }

  /**
   * Makes and signs a request.
   *
   * @param key the key to be certified; asked to sign once
   * @param names at least a subject or an alternative name
   * @throws IllegalArgumentException if there is no name at all
   * @throws io.mooring.error.KeystoreException if the key cannot sign
   */
  public static CertificateRequest signedBy(SigningKey key, RequestedNames names) {
    return signedBy(key, names, null);
  }

  /** As the other; {@code challengePassword} ties the request to a TLS connection. */
  static CertificateRequest signedBy(
      SigningKey key, RequestedNames names, @Nullable String challengePassword) {
    Objects.requireNonNull(key, "key");
    if (names.isEmpty()) {
      throw new IllegalArgumentException(
          "a certificate request needs a subject or an alternative name");
    }
    PublicKey publicKey = key.publicKey();
    SignatureScheme scheme = scheme(key.signatureSchemes());
    try {
      CertificationRequestInfo info =
          new CertificationRequestInfo(
              X500Name.getInstance(names.subjectDer()),
              SubjectPublicKeyInfo.getInstance(publicKey.getEncoded()),
              new DERSet(attributes(names, challengePassword)));
      byte[] signature = key.sign(scheme, info.getEncoded(ASN1Encoding.DER));
      CertificationRequest request =
          new CertificationRequest(info, algorithm(scheme), new DERBitString(signature));
      return new CertificateRequest(request.getEncoded(ASN1Encoding.DER), publicKey);
    } catch (IOException e) {
      throw new IllegalStateException("a request made of sound parts has an encoding", e);
    }
  }

  /** The request in DER. */
  public byte[] der() {
    return der.clone();
  }

  /** The request in PEM (RFC 7468), with a line end at its end. */
  public String pem() {
    return "-----BEGIN CERTIFICATE REQUEST-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END CERTIFICATE REQUEST-----\n";
  }

  /** The key that the request is for. */
  public PublicKey publicKey() {
    return publicKey;
  }

  /** The body of an EST request (RFC 8951, section 3.1): base64 of the DER. */
  byte[] base64() {
    return Base64.getMimeEncoder(76, new byte[] {'\r', '\n'})
        .encodeToString(der)
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static SignatureScheme scheme(Set<SignatureScheme> able) {
    return PREFERENCE.stream()
        .filter(able::contains)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("the key signs nothing known: " + able));
  }

  private static ASN1EncodableVector attributes(
      RequestedNames names, @Nullable String challengePassword) throws IOException {
    List<Extension> extensions = new ArrayList<>();
    extensions.add(
        new Extension(
            Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature).getEncoded("DER")));
    extensions.add(
        new Extension(
            Extension.extendedKeyUsage,
            false,
            new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth).getEncoded("DER")));
    Extension alternativeNames = names.alternativeNamesExtension();
    if (alternativeNames != null) {
      extensions.add(alternativeNames);
    }
    ASN1EncodableVector attributes = new ASN1EncodableVector();
    attributes.add(
        new Attribute(
            PKCSObjectIdentifiers.pkcs_9_at_extensionRequest,
            new DERSet(new Extensions(extensions.toArray(new Extension[0])))));
    if (challengePassword != null) {
      attributes.add(
          new Attribute(
              PKCSObjectIdentifiers.pkcs_9_at_challengePassword,
              new DERSet(new DERPrintableString(challengePassword, true))));
    }
    return attributes;
  }

  private static AlgorithmIdentifier algorithm(SignatureScheme scheme) {
    return switch (scheme) {
      case ECDSA_SECP256R1_SHA256 -> new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
      case ECDSA_SECP384R1_SHA384 -> new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA384);
      case ECDSA_SECP521R1_SHA512 -> new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA512);
      case ED25519 -> new AlgorithmIdentifier(ED25519);
      case RSA_PKCS1_SHA256 -> rsa(PKCSObjectIdentifiers.sha256WithRSAEncryption);
      case RSA_PKCS1_SHA384 -> rsa(PKCSObjectIdentifiers.sha384WithRSAEncryption);
      case RSA_PKCS1_SHA512 -> rsa(PKCSObjectIdentifiers.sha512WithRSAEncryption);
      case RSA_PSS_RSAE_SHA256 -> pss("2.16.840.1.101.3.4.2.1", 32);
      case RSA_PSS_RSAE_SHA384 -> pss("2.16.840.1.101.3.4.2.2", 48);
      case RSA_PSS_RSAE_SHA512 -> pss("2.16.840.1.101.3.4.2.3", 64);
    };
  }

  private static AlgorithmIdentifier rsa(ASN1ObjectIdentifier oid) {
    return new AlgorithmIdentifier(oid, DERNull.INSTANCE);
  }

  private static AlgorithmIdentifier pss(String hashOid, int saltBytes) {
    AlgorithmIdentifier hash =
        new AlgorithmIdentifier(new ASN1ObjectIdentifier(hashOid), DERNull.INSTANCE);
    return new AlgorithmIdentifier(
        PKCSObjectIdentifiers.id_RSASSA_PSS,
        new RSASSAPSSparams(
            hash,
            new AlgorithmIdentifier(PKCSObjectIdentifiers.id_mgf1, hash),
            new org.bouncycastle.asn1.ASN1Integer(saltBytes),
            RSASSAPSSparams.DEFAULT_TRAILER_FIELD));
  }
}
