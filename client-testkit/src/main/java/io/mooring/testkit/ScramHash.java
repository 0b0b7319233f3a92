package io.mooring.testkit;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.spec.InvalidKeySpecException;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The hash functions of SCRAM that MQTT brokers use (RFC 7677 and its SHA-512 sister). */
public enum ScramHash {
  /** SCRAM-SHA-256. */
  SHA_256("SCRAM-SHA-256", "SHA-256", "HmacSHA256", 256),
  /** SCRAM-SHA-512. */
  SHA_512("SCRAM-SHA-512", "SHA-512", "HmacSHA512", 512);

  private final String mechanism;
  private final String digest;
  private final String mac;
  private final int bits;

  ScramHash(String mechanism, String digest, String mac, int bits) {
    this.mechanism = mechanism;
    this.digest = digest;
    this.mac = mac;
    this.bits = bits;
  }

  /** The mechanism's name without {@code -PLUS}: the MQTT Authentication Method. */
  public String mechanism() {
    return mechanism;
  }

  /** H(data). */
  byte[] hash(byte[] data) {
    try {
      return MessageDigest.getInstance(digest).digest(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This JDK has no " + digest, e);
    }
  }

  /** HMAC(key, data). */
  byte[] hmac(byte[] key, byte[] data) {
    try {
      Mac keyed = Mac.getInstance(mac);
      keyed.init(new SecretKeySpec(key, mac));
      return keyed.doFinal(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This JDK has no " + mac, e);
    }
  }

  /** Hi(password, salt, i), which is PBKDF2 with one block of output. */
  byte[] saltedPassword(char[] password, byte[] salt, int iterations) {
    var spec = new PBEKeySpec(password, salt, iterations, bits);
    try {
      return SecretKeyFactory.getInstance("PBKDF2With" + mac).generateSecret(spec).getEncoded();
    } catch (InvalidKeySpecException e) {
      throw new IllegalArgumentException("PBKDF2 refuses the password, salt or count", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This JDK has no PBKDF2With" + mac, e);
    } finally {
      spec.clearPassword();
    }
  }
}
