package io.mooring.enrol;

import io.mooring.enrol.EnrolmentException.Reason;
import io.mooring.keystore.KeyAlgorithm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1Set;
import org.jspecify.annotations.Nullable;

/**
 * What an EST server wishes a certificate request to hold (RFC 7030, section 4.5.2). Followed are a
 * challengePassword, which ties the request to its connection (section 3.5), and the kind of key;
 * what else a server names is ignored, as the standard allows, and listed here.
 *
 * @param channelBinding whether a challengePassword is wanted
 * @param keyAlgorithm the kind of key that is wanted, if it is one that a device can make
 * @param others object identifiers of all that was named besides, dotted
 */
public record CsrAttributes(
    boolean channelBinding, Optional<KeyAlgorithm> keyAlgorithm, List<String> others) {
  static final CsrAttributes NONE = new CsrAttributes(false, Optional.empty(), List.of());

  private static final String CHALLENGE_PASSWORD = "1.2.840.113549.1.9.7";
  private static final String EC_PUBLIC_KEY = "1.2.840.10045.2.1";
  private static final String RSA_ENCRYPTION = "1.2.840.113549.1.1.1";
  private static final String SECP256R1 = "1.2.840.10045.3.1.7";
  private static final String SECP384R1 = "1.3.132.0.34";
  private static final int RSA_BITS = 3072;

  /** Copies the list. */
  public CsrAttributes {
    others = List.copyOf(others);
  }

  static CsrAttributes parse(byte[] body, String where) {
    try {
      if (ASN1Primitive.fromByteArray(CertificateBundle.decoded(body, where))
          instanceof ASN1Sequence sequence) {
        return parse(sequence);
      }
    } catch (IOException | EnrolmentException e) {
      throw malformed(e.getMessage(), e);
    }
    throw malformed("no SEQUENCE", null);
  }

  private static CsrAttributes parse(ASN1Sequence sequence) {
    boolean binding = false;
    Optional<KeyAlgorithm> algorithm = Optional.empty();
    List<String> others = new ArrayList<>();
    for (ASN1Encodable element : sequence) {
      String oid = oid(element);
      switch (oid) {
        case CHALLENGE_PASSWORD -> binding = true;
        case EC_PUBLIC_KEY, RSA_ENCRYPTION -> algorithm = keyAlgorithm(oid, element);
        default -> others.add(oid);
      }
    }
    return new CsrAttributes(binding, algorithm, others);
  }

  private static String oid(ASN1Encodable element) {
    if (element instanceof ASN1ObjectIdentifier oid) {
      return oid.getId();
    }
    if (element instanceof ASN1Sequence attribute
        && attribute.size() == 2
        && attribute.getObjectAt(0) instanceof ASN1ObjectIdentifier oid
        && attribute.getObjectAt(1) instanceof ASN1Set) {
      return oid.getId();
    }
    throw malformed("an element is neither an OBJECT IDENTIFIER nor an Attribute", null);
  }

  private static Optional<KeyAlgorithm> keyAlgorithm(String oid, ASN1Encodable element) {
    if (!(element instanceof ASN1Sequence attribute)) {
      return Optional.of(oid.equals(RSA_ENCRYPTION) ? KeyAlgorithm.RSA_3072 : KeyAlgorithm.EC_P256);
    }
    for (ASN1Encodable value : (ASN1Set) attribute.getObjectAt(1)) {
      if (value instanceof ASN1ObjectIdentifier curve) {
        switch (curve.getId()) {
          case SECP256R1 -> {
            return Optional.of(KeyAlgorithm.EC_P256);
          }
          case SECP384R1 -> {
            return Optional.of(KeyAlgorithm.EC_P384);
          }
          default -> {} // a curve that this device does not make
        }
      }
      if (value instanceof ASN1Integer bits && bits.hasValue(RSA_BITS)) {
        return Optional.of(KeyAlgorithm.RSA_3072);
      }
    }
    return Optional.empty();
  }

  private static EnrolmentException malformed(@Nullable String detail, @Nullable Throwable cause) {
    return new EnrolmentException(
        Reason.PROTOCOL,
        "The EST server's CSR attributes cannot be read: "
            + Printable.of(String.valueOf(detail))
            + ". They are a SEQUENCE of OBJECT IDENTIFIERs and Attributes (RFC 7030, section"
            + " 4.5.2).",
        cause);
  }
}
