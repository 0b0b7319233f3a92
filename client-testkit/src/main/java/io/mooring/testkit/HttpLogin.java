package io.mooring.testkit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server's side of HTTP Basic (RFC 7617) and Digest (RFC 7616) for one user. */
final class HttpLogin {
  private static final String REALM = "est \"test\"";
  private static final String NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";

  private final String user;
  private final String password;
  private final List<String> algorithms;

  /** Basic where no algorithm is named. */
  HttpLogin(String user, String password, List<String> algorithms) {
    this.user = user;
    this.password = password;
    this.algorithms = algorithms;
  }

  List<String> challenges() {
    String realm = "realm=\"" + REALM.replace("\"", "\\\"") + "\"";
    return algorithms.isEmpty()
        ? List.of("Basic " + realm + ", charset=\"UTF-8\"")
        : algorithms.stream()
            .map(
                algorithm ->
                    "Digest "
                        + realm
                        + ", qop=\"auth, auth-int\", algorithm="
                        + algorithm
                        + ", nonce=\""
                        + NONCE
                        + "\", opaque=\"FQhe\"")
            .toList();
  }

  boolean holds(String authorization, String method, String uri) {
    if (algorithms.isEmpty()) {
      byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
      return authorization.equals("Basic " + Base64.getEncoder().encodeToString(pair));
    }
    // The strongest that was offered first is the one to be used.
    String algorithm = algorithms.get(0);
    String cnonce = parameter(authorization, "cnonce=\"([0-9a-f]+)\"");
    String a1 = hash(algorithm, user + ":" + REALM + ":" + password);
    String a2 = hash(algorithm, method + ":" + uri);
    String expected = hash(algorithm, a1 + ":" + NONCE + ":00000001:" + cnonce + ":auth:" + a2);
    return authorization.startsWith("Digest ")
        && authorization.contains("algorithm=" + algorithm)
        && authorization.contains("opaque=\"FQhe\"")
        && authorization.contains("uri=\"" + uri + "\"")
        && parameter(authorization, "response=\"([0-9a-f]+)\"").equals(expected);
  }

  private static String parameter(String authorization, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(authorization);
    return matcher.find() ? matcher.group(1) : "";
  }

  private static String hash(String algorithm, String text) {
    try {
      String name = algorithm.equals("SHA-512-256") ? "SHA-512/256" : algorithm;
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance(name).digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has " + algorithm, e);
    }
  }
}
