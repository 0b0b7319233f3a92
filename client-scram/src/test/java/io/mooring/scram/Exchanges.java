package io.mooring.scram;

import io.mooring.auth.AuthenticationContext;
import io.mooring.identity.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Small words that the tests share. */
final class Exchanges {
  private Exchanges() {}

  static AuthenticationContext context(byte @Nullable [] channelBinding) {
    return new AuthenticationContext("broker.test", "meter-0042", channelBinding);
  }

  static Secret secret(String text) {
    return Secret.ofUtf8(utf8(text));
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] octets) {
    return new String(octets, StandardCharsets.UTF_8);
  }

  static byte[] unbase64(String text) {
    return Base64.getDecoder().decode(text);
  }

  static String base64(byte[] octets) {
    return Base64.getEncoder().encodeToString(octets);
  }

  /** An exchange with a nonce of the test's choice. */
  static ScramExchange withNonce(
      ScramHash hash, ScramCredential credential, String nonce, Pbkdf2 pbkdf2) {
    ScramLogin login =
        new ScramLogin(hash, credential, true, IterationBounds.DEFAULT, pbkdf2, null);
    return new ScramExchange(hash, login, "n,,", new byte[0], utf8(nonce));
  }
}
