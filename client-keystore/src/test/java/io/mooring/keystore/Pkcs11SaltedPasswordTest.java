package io.mooring.keystore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.identity.SaltedPassword;
import io.mooring.keystore.Pkcs11Exception.Reason;
import io.mooring.testkit.SoftHsm;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SCRAM keys in a token; the logins themselves are tried against brokers. */
class Pkcs11SaltedPasswordTest {
  private static final byte[] SALT = {0, 1, -1, 10};

  private Pkcs11Token token;

  @AfterEach
  void closeToken() {
    token.close();
  }

  @ParameterizedTest
  @CsvSource({"SCRAM-SHA-256,HmacSHA256,32", "SCRAM-SHA-512,HmacSHA512,64"})
  void mac_isThatOfTheKey_alsoAfterTheTokenIsOpenedAnew(
      String mechanism, String algorithm, int bytes) throws Exception {
    token = fresh("scram-" + bytes);
    byte[] key = new byte[bytes];
    Arrays.fill(key, (byte) 0x5a);
    token.storeScramKey("scram", mechanism, "M\u00eater, 42\n=", SALT, 4096, key);
    token.close();
    token = Tokens.softHsm("scram-" + bytes);

    SaltedPassword stored = token.scramKey(null);

    Mac mac = Mac.getInstance(algorithm);
    mac.init(new SecretKeySpec(key, algorithm));
    assertArrayEquals(
        mac.doFinal("Client Key".getBytes(UTF_8)), stored.mac("Client Key".getBytes(UTF_8)));
    assertEquals(mechanism, stored.mechanism());
    assertEquals(algorithm, stored.algorithm());
    assertEquals("M\u00eater, 42\n=", stored.userName());
    assertArrayEquals(SALT, stored.salt());
    assertEquals(4096, stored.iterations());
  }

  @Test
  void rotation_leavesOneKeyAndItsData() {
    token = fresh("rotation");
    token.storeScramKey("scram", "SCRAM-SHA-256", "meter", SALT, 4096, new byte[32]);
    byte[] next = new byte[32];
    next[0] = 1;
    token.storeScramKey("scram", "SCRAM-SHA-256", "meter", SALT, 8192, next);
    assertEquals(8192, token.scramKey("scram").iterations());
    assertEquals(2, token.objects().size());
  }

  @Test
  void crashBeforeTheNewDataObject_leavesTheOldKeyInForce() throws Exception {
    token = fresh("crash");
    SaltedPassword old =
        token.storeScramKey("scram", "SCRAM-SHA-256", "meter", SALT, 4096, new byte[32]);
    try (RawToken raw = RawToken.open("crash")) {
      raw.storeSecretKey("scram", Pkcs11Token.newId(), new byte[32]);
    }
    assertEquals(3, token.objects().size());
    assertEquals(old.userName(), token.scramKey("scram").userName());
    assertEquals(List.of("scram"), token.scramLabels());
  }

  @Test
  void dataObjectOfAnotherKey_isRefused() throws Exception {
    token = fresh("damaged");
    token.storeScramKey("scram", "SCRAM-SHA-256", "meter", SALT, 4096, new byte[32]);
    String id =
        token.objects().stream()
            .filter(object -> object.kind() == Pkcs11Object.Kind.SECRET_KEY)
            .map(object -> HexFormat.of().formatHex(object.id()))
            .findFirst()
            .orElseThrow();
    try (RawToken raw = RawToken.open("damaged")) {
      raw.storeData(
          "scram",
          "mooring-scram",
          new ScramBinding("SCRAM-SHA-256", "mallory", SALT, 4096, id, 99, "AAAA").encode());
    }
    assertEquals(
        Reason.DAMAGED,
        assertThrows(Pkcs11Exception.class, () -> token.scramKey("scram")).reason());
    try (RawToken raw = RawToken.open("damaged")) {
      raw.storeData("scram", "mooring-scram", "mooring-scram 2\n".getBytes(UTF_8));
    }
    Pkcs11Exception other = assertThrows(Pkcs11Exception.class, () -> token.scramKey("scram"));
    assertTrue(other.getMessage().contains("mooring-scram 1"), other::getMessage);
  }

  @Test
  void keyOfAnotherLength_isMisuse() {
    token = fresh("length");
    assertThrows(
        IllegalArgumentException.class,
        () -> token.storeScramKey("scram", "SCRAM-SHA-512", "meter", SALT, 4096, new byte[32]));
    assertThrows(
        IllegalArgumentException.class,
        () -> token.storeScramKey("scram", "PLAIN", "meter", SALT, 4096, new byte[32]));
  }

  private static Pkcs11Token fresh(String label) {
    SoftHsm.shared().initToken(label);
    return Tokens.softHsm(label);
  }
}
