package io.mooring.testkit;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Secrets that tests know beforehand, and the net in which they are looked for: what goes to the
 * log at its finest, to the standard streams, into exceptions, flight recordings, packet traces and
 * captures while any test runs ({@link CanaryExtension}), and what tests hand to {@link #hear}
 * besides. A find fails the test.
 *
 * <p>Fixtures of this kit plant what passes through them (SCRAM messages, keys, passwords,
 * payloads); a test plants a secret of its own by {@link #planted}. Below 12 bytes, or 8 different
 * ones, nothing is planted, nor are words without a digit by a fixture: they would be found by
 * chance.
 */
public final class Canaries {
  /** A password that no text contains by chance. */
  public static final String PASSWORD = planted("the shared password", "qT7vX2mLkd9RzW4p password");

  /** The password of a keystore that no text contains by chance. */
  public static final String STOREPASS =
      planted("the shared storepass", "b3KpYw8sHnE5tG6u-storepass");

  /** A payload that no text contains by chance. */
  public static final String PAYLOAD = planted("the shared payload", "payload Zc4JfQ9aVx1MoD7i");

  private Canaries() {}

  /** Plants {@code secret} and returns it. */
  public static String planted(String name, String secret) {
    CanaryNet.NET.plant(name, secret.getBytes(StandardCharsets.UTF_8), true);
    return secret;
  }

  /** Plants a secret that a fixture made, if a test run watches; otherwise nothing is kept. */
  static void plant(String name, byte[] secret) {
    if (CanaryNet.NET.isWatching()) {
      CanaryNet.NET.plant(name, secret, false);
    }
  }

  /** The same of a text. */
  static void plant(String name, String secret) {
    plant(name, secret.getBytes(StandardCharsets.UTF_8));
  }

  /** The same of a password. */
  static void plant(String name, char[] secret) {
    if (CanaryNet.NET.isWatching()) {
      plant(name, new String(secret));
    }
  }

  /** The same of a payload; of a flood the first ones. */
  static void plantPayload(String name, byte[] payload) {
    if (CanaryNet.NET.isWatching()) {
      CanaryNet.NET.plantPayload(name, payload);
    }
  }

  /** Plants what is secret in a SCRAM message: nonce, proof and signature. */
  static void plantScram(byte[] message) {
    if (!CanaryNet.NET.isWatching()) {
      return;
    }
    for (String attribute : new String(message, StandardCharsets.UTF_8).split(",", -1)) {
      if (attribute.matches("[rpv]=.*")) {
        plant("a SCRAM attribute " + attribute.charAt(0) + "=", attribute.substring(2));
      }
    }
  }

  /**
   * Looks, at the end of this test, for secrets in what a part of the product said other than to
   * the log and the standard streams.
   *
   * @param source whose words these are, for the message of a find
   */
  public static void hear(String source, String said) {
    if (CanaryNet.NET.isWatching()) {
      CanaryNet.NET.hear(source, said);
    }
  }

  /** The secrets in {@code said}, by name; for what outlives the test. */
  public static List<String> in(String said) {
    return CanaryNet.NET.find("the text", said);
  }
}
