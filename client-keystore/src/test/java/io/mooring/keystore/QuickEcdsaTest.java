package io.mooring.keystore;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ECDSA beside the JDK: what it signs the JDK verifies, and RFC 6979 has the very signature. */
class QuickEcdsaTest {
  private static final int MESSAGES = 20;

  /** RFC 6979, appendices A.2.5 and A.2.6: the message "sample", with the hash of the scheme. */
  @ParameterizedTest
  @CsvSource({
    "secp256r1,"
        + "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721,"
        + "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716,"
        + "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
    "secp384r1,"
        + "6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D896D5724E4C70A825F872C9EA60D2EDF5,"
        + "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE46,"
        + "99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8",
  })
  void signature_isTheOneOfRfc6979(String curve, String key, String r, String s) throws Exception {
    QuickEcdsa signer = quick(key(curve, new BigInteger(key, 16)));
    String signature = HexFormat.of().formatHex(signer.sign("sample".getBytes(US_ASCII)));
    assertTrue(signature.contains(r.toLowerCase(Locale.ROOT)), signature);
    assertTrue(signature.endsWith(s.toLowerCase(Locale.ROOT)), signature);
  }

  @ParameterizedTest
  @CsvSource({
    "secp256r1,SHA256withECDSA",
    "secp384r1,SHA384withECDSA",
    "secp521r1,SHA512withECDSA",
  })
  void signature_isVerifiedByTheJdk(String curve, String algorithm) throws Exception {
    KeyPair pair = pair(curve);
    QuickEcdsa signer = quick(pair.getPrivate());
    for (int i = 0; i < MESSAGES; i++) {
      byte[] message = new byte[i];
      Signature verifier = Signature.getInstance(algorithm);
      verifier.initVerify(pair.getPublic());
      verifier.update(message);
      assertTrue(verifier.verify(signer.sign(message)), "message of " + i + " bytes");
    }
  }

  @ParameterizedTest
  @CsvSource({"secp256r1,secp384r1", "secp384r1,secp521r1", "secp521r1,secp256r1"})
  void publicHalf_isTold_fromThatOfAnotherKey(String curve, String otherCurve) throws Exception {
    KeyPair pair = pair(curve);
    QuickEcdsa key = quick(pair.getPrivate());
    assertTrue(key.isHalfOf(pair.getPublic()));
    assertFalse(key.isHalfOf(pair(curve).getPublic()));
    assertFalse(key.isHalfOf(pair(otherCurve).getPublic()));
  }

  @Test
  void keyOfAnotherKind_isLeftToTheJdk() throws Exception {
    KeyPair rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair();
    KeyPair edwards = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    assertNull(QuickEcdsa.of(rsa.getPrivate()));
    assertNull(QuickEcdsa.of(edwards.getPrivate()));
    assertFalse(quick(pair("secp256r1").getPrivate()).isHalfOf(rsa.getPublic()));
  }

  @Test
  void text_showsNoKey() throws Exception {
    QuickEcdsa key = quick(key("secp256r1", BigInteger.TEN));
    assertEquals("QuickEcdsa[ECDSA_SECP256R1_SHA256, key redacted]", key.toString());
  }

  private static QuickEcdsa quick(PrivateKey key) {
    return Objects.requireNonNull(QuickEcdsa.of(key));
  }

  private static PrivateKey key(String curve, BigInteger number) throws Exception {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec(curve));
    return KeyFactory.getInstance("EC")
        .generatePrivate(
            new ECPrivateKeySpec(number, parameters.getParameterSpec(ECParameterSpec.class)));
  }

  private static KeyPair pair(String curve) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }
}
