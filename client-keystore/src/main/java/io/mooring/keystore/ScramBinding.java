package io.mooring.keystore;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a SaltedPassword in a token was made for, as a data object beside the key holds it. No
 * secret, but not for everybody either: with the check value a password can be guessed offline.
 *
 * @param mechanism SCRAM-SHA-256 or SCRAM-SHA-512
 * @param userName as the broker stores it
 * @param salt as the broker has it; not copied, used within this package only
 * @param iterations as the broker has it
 * @param keyId CKA_ID of the key, in hex
 * @param sequence grows with each replacement, so that the newest is known after a crash
 * @param check base64 of HMAC(SaltedPassword, a constant), which ties this text to the key
 */
@SuppressWarnings("ArrayRecordComponent")
record ScramBinding(
    String mechanism,
    String userName,
    byte[] salt,
    int iterations,
    String keyId,
    long sequence,
    String check) {
  private static final byte[] CHECK =
      "Mooring checks that this token computes HMACs".getBytes(StandardCharsets.UTF_8);

  private static final String FIRST_LINE = "mooring-scram 1";
  private static final List<String> NAMES =
      List.of("mechanism", "user", "salt", "iterations", "key", "sequence", "check");

  /** The constant whose HMAC is the check value. */
  static byte[] checkMessage() {
    return CHECK.clone();
  }

  /** The JCA name of the HMAC. */
  String hmac() {
    return mechanism.equals("SCRAM-SHA-256") ? "HmacSHA256" : "HmacSHA512";
  }

  ScramBinding {
    if (SoftwareScramKeys.hashBytes(mechanism) == 0) {
      throw new IllegalArgumentException(
          "mechanism must be SCRAM-SHA-256 or SCRAM-SHA-512, not " + mechanism);
    }
    if (userName.isEmpty() || salt.length == 0 || iterations < 1) {
      throw new IllegalArgumentException(
          "a SCRAM key needs a user name, a salt and at least 1 iteration");
    }
  }

  byte[] encode() {
    Base64.Encoder base64 = Base64.getEncoder();
    String text =
        String.join(
            "\n",
            FIRST_LINE,
            "mechanism " + mechanism,
            "user " + base64.encodeToString(userName.getBytes(StandardCharsets.UTF_8)),
            "salt " + base64.encodeToString(salt),
            "iterations " + iterations,
            "key " + keyId,
            "sequence " + sequence,
            "check " + check,
            "");
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static ScramBinding decode(byte[] bytes) throws IOException {
    String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n", -1);
    if (!lines[0].equals(FIRST_LINE)) {
      throw new IOException("it does not begin with \"" + FIRST_LINE + '"');
    }
    Map<String, String> values = new HashMap<>();
    for (int i = 1; i < lines.length; i++) {
      int space = lines[i].indexOf(' ');
      String name = space < 0 ? lines[i] : lines[i].substring(0, space);
      if (i == lines.length - 1 && lines[i].isEmpty()) {
        break;
      }
      if (space < 0
          || !NAMES.contains(name)
          || values.put(name, lines[i].substring(space + 1)) != null) {
        throw new IOException("line " + (i + 1) + " is unknown or there twice");
      }
    }
    if (values.size() != NAMES.size()) {
      throw new IOException("it has the lines " + values.keySet() + " instead of " + NAMES);
    }
    try {
      Base64.Decoder base64 = Base64.getDecoder();
      return new ScramBinding(
          values.getOrDefault("mechanism", ""),
          new String(base64.decode(values.getOrDefault("user", "")), StandardCharsets.UTF_8),
          base64.decode(values.getOrDefault("salt", "")),
          Integer.parseInt(values.getOrDefault("iterations", "")),
          values.getOrDefault("key", ""),
          Long.parseLong(values.getOrDefault("sequence", "")),
          values.getOrDefault("check", ""));
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
