package io.mooring.internal.tls;

import java.io.IOException;
import java.math.BigInteger;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.math.ec.ECCurve;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.WNafUtil;
import org.bouncycastle.math.ec.custom.sec.SecP256R1Curve;
import org.bouncycastle.math.ec.custom.sec.SecP384R1Curve;
import org.bouncycastle.math.ec.custom.sec.SecP521R1Curve;
import org.jspecify.annotations.Nullable;

/**
 * The NIST curves of TLS (SEC 2, sections 2.4.2, 2.5.1 and 2.6.1), each made when it is first asked
 * for. Bouncy Castle's table of curves loads the classes of 33 for one, and its factory of public
 * keys those of every algorithm that it knows: 120 classes before a first CONNECT. What is not on
 * one of these curves still goes there.
 */
public enum NamedCurve {
  /** NIST P-256. */
  SECP256R1(
      "1.2.840.10045.3.1.7",
      "6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296",
      "4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5"),

  /** NIST P-384. */
  SECP384R1(
      "1.3.132.0.34",
      "AA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A38"
          + "5502F25DBF55296C3A545E3872760AB7",
      "3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C0"
          + "0A60B1CE1D7E819D7A431D7C90EA0E5F"),

  /** NIST P-521. */
  SECP521R1(
      "1.3.132.0.35",
      "C6858E06B70404E9CD9E3ECB662395B4429C648139053FB521F828AF606B4D3D"
          + "BAA14B5E77EFE75928FE1DC127A2FFA8DE3348B3C1856A429BF97E7E31C2E5BD66",
      "11839296A789A3BC0045C8A5FB42C7D1BD998F54449579B446817AFBD17273E66"
          + "2C97EE72995EF42640C550B9013FAD0761353C7086A272C24088BE94769FD16650");

  private static final int HEXADECIMAL = 16;

  private final String identifier;
  private final String baseX;
  private final String baseY;

  NamedCurve(String identifier, String baseX, String baseY) {
    this.identifier = identifier;
    this.baseX = baseX;
    this.baseY = baseY;
  }

  /** The curve with its base point, and what is computed ahead for it. */
  public ECNamedDomainParameters domain() {
    return switch (this) {
      case SECP256R1 -> P256.DOMAIN;
      case SECP384R1 -> P384.DOMAIN;
      case SECP521R1 -> P521.DOMAIN;
    };
  }

  private static final class P256 {
    static final ECNamedDomainParameters DOMAIN = SECP256R1.on(new SecP256R1Curve());
  }

  private static final class P384 {
    static final ECNamedDomainParameters DOMAIN = SECP384R1.on(new SecP384R1Curve());
  }

  private static final class P521 {
    static final ECNamedDomainParameters DOMAIN = SECP521R1.on(new SecP521R1Curve());
  }

  private ECNamedDomainParameters on(ECCurve curve) {
    ECPoint base =
        curve.createPoint(new BigInteger(baseX, HEXADECIMAL), new BigInteger(baseY, HEXADECIMAL));
    WNafUtil.configureBasepoint(base);
    return new ECNamedDomainParameters(
        new ASN1ObjectIdentifier(identifier), curve, base, curve.getOrder(), curve.getCofactor());
  }

  /**
   * The key of a certificate, for Bouncy Castle's lightweight API.
   *
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if it is no point of its curve
   */
  static AsymmetricKeyParameter key(SubjectPublicKeyInfo info) throws IOException {
    NamedCurve curve =
        info.getAlgorithm().getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)
                && info.getAlgorithm().getParameters() instanceof ASN1ObjectIdentifier name
            ? called(name)
            : null;
    if (curve == null) {
      return PublicKeyFactory.createKey(info);
    }
    byte[] encoded = info.getPublicKeyData().getBytes();
    if (encoded.length == 0) {
      throw new IOException("The key holds no point of its curve");
    }
    ECNamedDomainParameters named = curve.domain();
    ECPoint point = named.getCurve().decodePoint(encoded);
    return new ECPublicKeyParameters(point, named); // refuses what is not on the curve
  }

  private static @Nullable NamedCurve called(ASN1ObjectIdentifier name) {
    for (NamedCurve curve : values()) {
      if (curve.identifier.equals(name.getId())) {
        return curve;
      }
    }
    return null;
  }
}
