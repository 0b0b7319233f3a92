package io.mooring.enrol;

import io.mooring.identity.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Answers to HTTP's challenges: Digest (RFC 7616) where it is offered, else Basic (RFC 7617). */
final class HttpPassword {
  private static final int CNONCE_BYTES = 16;
  private static final List<String> ALGORITHMS = List.of("SHA-256", "SHA-512-256", "MD5");

  private final String userName;
  private final Secret password;
  private final SecureRandom random = new SecureRandom();

  HttpPassword(String userName, Secret password) {
    if (userName.indexOf(':') >= 0 || userName.chars().anyMatch(c -> c < ' ' || c == 0x7F)) {
      throw new IllegalArgumentException(
          "an HTTP user name holds no colon and no control character (RFC 7617, section 2)");
    }
    this.userName = userName;
    this.password = Objects.requireNonNull(password, "password");
  }

  /**
   * The value of the Authorization field, which the caller wipes; null if no challenge can be met.
   */
  byte @Nullable [] answer(List<HttpChallenge> challenges, String method, String target) {
    for (String algorithm : ALGORITHMS) {
      for (HttpChallenge challenge : challenges) {
        if (challenge.isDigest(algorithm)) {
          return digest(challenge, algorithm, method, target, cnonce());
        }
      }
    }
    return challenges.stream().anyMatch(HttpChallenge::isBasic) ? basic() : null;
  }

  private byte[] basic() {
    byte[] secret = password.copyUtf8();
    byte[] pair = join(utf8(userName + ":"), secret);
    byte[] encoded = Base64.getEncoder().encode(pair);
    try {
      return join(utf8("Basic "), encoded);
    } finally {
      Arrays.fill(secret, (byte) 0);
      Arrays.fill(pair, (byte) 0);
      Arrays.fill(encoded, (byte) 0);
    }
  }

  /** RFC 7616, section 3.4.1, for qop "auth"; and for servers of RFC 2069, which have no qop. */
  byte[] digest(
      HttpChallenge challenge, String algorithm, String method, String target, String cnonce) {
    String realm = challenge.parameter("realm", "");
    String nonce = challenge.parameter("nonce", "");
    boolean qop = challenge.offersQopAuth();
    byte[] secret = password.copyUtf8();
    byte[] a1 = join(utf8(userName + ":" + realm + ":"), secret);
    String response;
    try {
      String ha1 = hex(algorithm, a1);
      String ha2 = hex(algorithm, utf8(method + ":" + target));
      String middle = qop ? nonce + ":00000001:" + cnonce + ":auth" : nonce;
      response = hex(algorithm, utf8(ha1 + ":" + middle + ":" + ha2));
    } finally {
      Arrays.fill(secret, (byte) 0);
      Arrays.fill(a1, (byte) 0);
    }
    StringBuilder value = new StringBuilder("Digest username=").append(quoted(userName));
    value.append(", realm=").append(quoted(realm));
    value.append(", nonce=").append(quoted(nonce));
    value.append(", uri=").append(quoted(target));
    value.append(", response=").append(quoted(response));
    if (challenge.has("algorithm")) {
      value.append(", algorithm=").append(algorithm);
    }
    if (challenge.has("opaque")) {
      value.append(", opaque=").append(quoted(challenge.parameter("opaque", "")));
    }
    if (qop) {
      value.append(", qop=auth, nc=00000001, cnonce=").append(quoted(cnonce));
    }
    return utf8(value.toString());
  }

  private String cnonce() {
    byte[] bytes = new byte[CNONCE_BYTES];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static String hex(String algorithm, byte[] bytes) {
    String name = algorithm.equals("SHA-512-256") ? "SHA-512/256" : algorithm;
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(name).digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java platform lacks " + name, e);
    }
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }

  /** Never the password. */
  @Override
  public String toString() {
    return "HttpPassword[redacted]";
  }
}
