package io.mooring.testkit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/**
 * What a server keeps of a SCRAM user (RFC 5802, section 3): salt, iteration count, StoredKey and
 * ServerKey. The password is not among them and cannot be had from them but by guessing.
 */
public final class ScramCredential {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int SALT_LENGTH = 16;
  private static final int FIELDS = 5;

  private final ScramHash hash;
  private final int iterations;
  private final byte[] salt;
  private final byte[] storedKey;
  private final byte[] serverKey;

  private ScramCredential(
      ScramHash hash, int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {
    if (iterations < 1) {
      throw new IllegalArgumentException(iterations + " iterations; at least 1 is needed");
    }
    this.hash = hash;
    this.iterations = iterations;
    this.salt = salt.clone();
    this.storedKey = storedKey.clone();
    this.serverKey = serverKey.clone();
  }

  /** Salts a password with 16 random bytes. The caller keeps the password and wipes it. */
  public static ScramCredential of(ScramHash hash, char[] password, int iterations) {
    return of(hash, password, randomSalt(), iterations);
  }

  /**
   * Salts a password. It is taken as it is: one that SASLprep (RFC 4013) would change has to be
   * prepared before.
   */
  public static ScramCredential of(ScramHash hash, char[] password, byte[] salt, int iterations) {
    byte[] salted = hash.saltedPassword(password, salt, iterations);
    byte[] clientKey = hash.hmac(salted, ascii("Client Key"));
    byte[] storedKey = hash.hash(clientKey);
    byte[] serverKey = hash.hmac(salted, ascii("Server Key"));
    Canaries.plant("a SCRAM password", password);
    Canaries.plant("SaltedPassword", salted);
    Canaries.plant("ClientKey", clientKey);
    Canaries.plant("StoredKey", storedKey);
    Canaries.plant("ServerKey", serverKey);
    try {
      return new ScramCredential(hash, iterations, salt, storedKey, serverKey);
    } finally {
      Arrays.fill(salted, (byte) 0);
      Arrays.fill(clientKey, (byte) 0);
    }
  }

  /**
   * A credential that no password opens, with the given salt, as a stand-in for an unknown user.
   */
  static ScramCredential unusable(ScramHash hash, byte[] salt, int iterations) {
    byte[] storedKey = new byte[hash.hash(new byte[0]).length];
    byte[] serverKey = new byte[storedKey.length];
    RANDOM.nextBytes(storedKey);
    RANDOM.nextBytes(serverKey);
    return new ScramCredential(hash, iterations, salt, storedKey, serverKey);
  }

  /**
   * Reads {@link #serialize()}.
   *
   * @throws IllegalArgumentException if the text is not of that form
   */
  public static ScramCredential parse(String text) {
    String[] fields = text.split("\\$", -1);
    if (fields.length != FIELDS) {
      throw new IllegalArgumentException(
          "A SCRAM credential has 5 fields (hash$iterations$salt$StoredKey$ServerKey), not "
              + fields.length);
    }
    Base64.Decoder base64 = Base64.getDecoder();
    return new ScramCredential(
        ScramHash.valueOf(fields[0]),
        Integer.parseInt(fields[1]),
        base64.decode(fields[2]),
        base64.decode(fields[3]),
        base64.decode(fields[4]));
  }

  /** {@code hash$iterations$salt$StoredKey$ServerKey}, the last three in base64. */
  public String serialize() {
    Base64.Encoder base64 = Base64.getEncoder();
    return String.join(
        "$",
        hash.name(),
        Integer.toString(iterations),
        base64.encodeToString(salt),
        base64.encodeToString(storedKey),
        base64.encodeToString(serverKey));
  }

  /** The hash function. */
  public ScramHash hash() {
    return hash;
  }

  /** The iteration count. */
  public int iterations() {
    return iterations;
  }

  /** The salt. */
  public byte[] salt() {
    return salt.clone();
  }

  /** Whether this is the password, compared in constant time. Costs one PBKDF2. */
  public boolean matches(char[] password) {
    ScramCredential derived = of(hash, password, salt, iterations);
    return MessageDigest.isEqual(storedKey, derived.storedKey);
  }

  /** Whether ClientProof proves the password for this AuthMessage. */
  boolean accepts(byte[] clientProof, byte[] authMessage) {
    byte[] signature = hash.hmac(storedKey, authMessage);
    if (clientProof.length != signature.length) {
      return false;
    }
    byte[] clientKey = new byte[signature.length];
    for (int i = 0; i < clientKey.length; i++) {
      clientKey[i] = (byte) (clientProof[i] ^ signature[i]);
    }
    return MessageDigest.isEqual(storedKey, hash.hash(clientKey));
  }

  /** ServerSignature for this AuthMessage. */
  byte[] serverSignature(byte[] authMessage) {
    return hash.hmac(serverKey, authMessage);
  }

  /** Hash and count; no key. */
  @Override
  public String toString() {
    return "ScramCredential[" + hash + ", " + iterations + " iterations]";
  }

  private static byte[] randomSalt() {
    byte[] salt = new byte[SALT_LENGTH];
    RANDOM.nextBytes(salt);
    return salt;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
