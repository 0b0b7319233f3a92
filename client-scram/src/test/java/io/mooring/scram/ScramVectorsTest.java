package io.mooring.scram;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Published exchanges, octet for octet. */
class ScramVectorsTest {
  /** One published exchange of user "user" with password "pencil". */
  record Vector(
      ScramHash hash, String nonce, String serverFirst, String clientFinal, String serverFinal) {}

  /** RFC 5802, section 5: the state machine, with the hash that Mooring does not offer. */
  static final Vector RFC_5802 =
      new Vector(
          ScramHash.SHA_1,
          "fyko+d2lbbFgONRv9qkxdawL",
          "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
          "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
          "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=");

  /** RFC 7677, section 3. */
  static final Vector RFC_7677 =
      new Vector(
          ScramHash.SHA_256,
          "rOprNGfwEbeRWgbNEkqO",
          "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
              + "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
          "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
              + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
          "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");

  /** The SHA-512 exchange that the tests of several AMQP and Rust clients share. */
  static final Vector SHA_512 =
      new Vector(
          ScramHash.SHA_512,
          "rOprNGfwEbeRWgbNEkqO",
          "r=rOprNGfwEbeRWgbNEkqO02431b08-2f89-4bad-a4e6-80c0564ec865,"
              + "s=Yin2FuHTt/M0kJWb0t9OI32n2VmOGi3m+JfjOvuDF88=,i=4096",
          "c=biws,r=rOprNGfwEbeRWgbNEkqO02431b08-2f89-4bad-a4e6-80c0564ec865,"
              + "p=Hc5yec3NmCD7t+kFRw4/3yD6/F3SQHc7AVYschRja+Bc3sbdjlA0eH1OjJc0DD4g"
              + "hn1tnXN5/Wr6qm9xmaHt4A==",
          "v=BQuhnKHqYDwQWS5jAw4sZed+C9KFUALsbrq81bB0mh+bcUUbbMPNNmBIupnS2Amy"
              + "yDnG5CTBQtkjJ9kyY4kzmw==");

  static Stream<Vector> vectors() {
    return Stream.of(RFC_5802, RFC_7677, SHA_512);
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void publishedExchange_isReproducedOctetForOctet(Vector vector) {
    ScramCredential credential = ScramCredential.password("user", Exchanges.secret("pencil"));
    try (ScramExchange exchange =
        Exchanges.withNonce(vector.hash(), credential, vector.nonce(), Pbkdf2.HI)) {
      assertEquals("n,,n=user,r=" + vector.nonce(), Exchanges.text(exchange.initialData()));
      assertEquals(
          vector.clientFinal(),
          Exchanges.text(exchange.respond(Exchanges.utf8(vector.serverFirst()))));
      exchange.finish(Exchanges.utf8(vector.serverFinal()));
    }
  }

  @Test
  void hi_equalsTheJdksPbkdf2_alsoForNonAsciiPasswords() throws Exception {
    String password = "p\u00e4ssw\u00f6rd \u65e5\u672c\u8a9e \ud83d\udd11";
    byte[] salt = Exchanges.utf8("0123456789abcdef0123456789abcdef");
    for (ScramHash hash : ScramHash.values()) {
      byte[] ours = Pbkdf2.HI.hi(hash, Exchanges.utf8(password), salt, 4096);
      byte[] theirs =
          SecretKeyFactory.getInstance("PBKDF2With" + hash.hmacName())
              .generateSecret(new PBEKeySpec(password.toCharArray(), salt, 4096, hash.length() * 8))
              .getEncoded();
      assertArrayEquals(theirs, ours, hash.mechanism());
    }
  }
}
