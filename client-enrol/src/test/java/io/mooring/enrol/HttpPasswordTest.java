package io.mooring.enrol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.identity.Secret;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpPasswordTest {
  /** The challenges of RFC 7616, section 3.9.1, in one field. */
  private static final String RFC_7616 =
      "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=SHA-256,"
          + " nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\","
          + " opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\", Digest"
          + " realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=MD5,"
          + " nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\","
          + " opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";

  private static final String CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";

  private final HttpPassword mufasa = new HttpPassword("Mufasa", secret("Circle of Life"));

  @ParameterizedTest
  @CsvSource({
    "0, SHA-256, 753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
    "1, MD5, 8ca523f5e9506fed4657c9700eebdbec"
  })
  void digest_isThatOfRfc7616(int which, String algorithm, String response) {
    HttpChallenge challenge = HttpChallenge.parse(List.of(RFC_7616)).get(which);
    assertTrue(challenge.isDigest(algorithm));
    String answer = text(mufasa.digest(challenge, algorithm, "GET", "/dir/index.html", CNONCE));
    assertTrue(answer.contains("response=\"" + response + "\""), answer);
    assertTrue(answer.contains("opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""), answer);
  }

  @Test
  void digest_withoutQop_isThatOfRfc2069() {
    HttpChallenge challenge =
        HttpChallenge.parse(List.of("Digest realm=\"testrealm@host.com\", nonce=\"dcd98b710\""))
            .get(0);
    String answer = text(mufasa.digest(challenge, "MD5", "GET", "/", CNONCE));
    assertFalse(answer.contains("qop"), answer);
    assertFalse(answer.contains("algorithm"), answer);
  }

  /** RFC 7617, section 2. */
  @Test
  void basic_isThatOfRfc7617() {
    HttpPassword aladdin = new HttpPassword("Aladdin", secret("open sesame"));
    byte[] answer =
        aladdin.answer(HttpChallenge.parse(List.of("Basic realm=\"WallyWorld\"")), "GET", "/");
    assertEquals("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", text(answer));
  }

  @Test
  void strongestChallenge_isAnswered() {
    String fields = "Basic realm=\"x\", " + RFC_7616;
    assertTrue(text(answer(fields)).contains("algorithm=SHA-256"));
    assertTrue(text(answer("Basic realm=x, Digest nonce=\"n\"")).startsWith("Digest "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Negotiate",
        "Negotiate YII=",
        "Bearer realm=\"x\"",
        "Digest realm=\"x\"",
        "Digest nonce=\"n\", qop=\"auth-int\"",
        "Digest nonce=\"n\", algorithm=SHA-256-sess",
        ",,, = \""
      })
  void challengeThatCannotBeMet_isNotAnswered(String field) {
    assertNull(answer(field));
  }

  @Test
  void serversText_cannotEndTheField() {
    String answer = text(answer("Digest realm=\"a\\\"b\\\\c\", nonce=\"n\""));
    assertTrue(answer.contains("realm=\"a\\\"b\\\\c\""), answer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:b", "a\r\nX: y", "\u0000"})
  void userNameThatWouldBreakTheField_isMisuse(String name) {
    assertThrows(IllegalArgumentException.class, () -> new HttpPassword(name, secret("x")));
  }

  @Test
  void toString_hasNoPassword() {
    assertFalse(mufasa.toString().contains("Circle"));
    assertFalse(EstLogin.password("u", secret("Circle")).toString().contains("Circle"));
  }

  private byte[] answer(String field) {
    return mufasa.answer(HttpChallenge.parse(List.of(field)), "GET", "/");
  }

  private static Secret secret(String text) {
    return Secret.of(text.toCharArray());
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
