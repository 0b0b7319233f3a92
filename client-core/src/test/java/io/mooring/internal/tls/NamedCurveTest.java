package io.mooring.internal.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our curves and the keys on them are those of Bouncy Castle's own tables. */
class NamedCurveTest {
  @ParameterizedTest
  @EnumSource(NamedCurve.class)
  void curve_isThatOfBouncyCastlesTable(NamedCurve curve) {
    ECNamedDomainParameters ours = curve.domain();
    X9ECParameters theirs = CustomNamedCurves.getByOID(ours.getName());
    assertEquals(theirs.getCurve(), ours.getCurve());
    assertEquals(theirs.getG(), theirs.getCurve().importPoint(ours.getG()));
    assertEquals(theirs.getN(), ours.getN());
    assertEquals(theirs.getH(), ours.getH());
  }

  @ParameterizedTest
  @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1"})
  void key_isTheOneThatBouncyCastleReads(String curve) throws Exception {
    byte[] encoded = pair(curve).getPublic().getEncoded();
    ECPublicKeyParameters ours = (ECPublicKeyParameters) NamedCurve.key(info(encoded));
    ECPublicKeyParameters theirs = (ECPublicKeyParameters) PublicKeyFactory.createKey(encoded);
    assertEquals(theirs.getParameters(), ours.getParameters());
    assertEquals(theirs.getQ(), theirs.getParameters().getCurve().importPoint(ours.getQ()));
  }

  @Test
  void keyOffItsCurve_isRefused() throws Exception {
    byte[] encoded = pair("secp256r1").getPublic().getEncoded();
    encoded[encoded.length - 1] ^= 1;
    assertThrows(IllegalArgumentException.class, () -> NamedCurve.key(info(encoded)));
  }

  @Test
  void keyWithoutAPoint_orAtInfinity_isRefused() throws Exception {
    SubjectPublicKeyInfo good = info(pair("secp256r1").getPublic().getEncoded());
    SubjectPublicKeyInfo empty = new SubjectPublicKeyInfo(good.getAlgorithm(), new byte[0]);
    SubjectPublicKeyInfo infinity = new SubjectPublicKeyInfo(good.getAlgorithm(), new byte[1]);
    assertThrows(IOException.class, () -> NamedCurve.key(empty));
    assertThrows(IllegalArgumentException.class, () -> NamedCurve.key(infinity));
  }

  @Test
  void keyOfAnotherKind_isReadByBouncyCastle() throws Exception {
    byte[] encoded =
        KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic().getEncoded();
    assertEquals(
        PublicKeyFactory.createKey(encoded).getClass(), NamedCurve.key(info(encoded)).getClass());
  }

  private static SubjectPublicKeyInfo info(byte[] encoded) {
    return SubjectPublicKeyInfo.getInstance(encoded);
  }

  private static KeyPair pair(String curve) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }
}
