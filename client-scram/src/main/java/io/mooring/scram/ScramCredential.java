package io.mooring.scram;

import io.mooring.identity.ScramKeys;
import io.mooring.identity.Secret;
import io.mooring.identity.SecretMac;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import javax.security.auth.Destroyable;

/**
 * What a device proves knowledge of: a password, a SaltedPassword that may live in a token, or the
 * ClientKey and ServerKey made of it (RFC 5802, section 3). A device in the field should hold one
 * of the latter two: a login then runs no PBKDF2, and the password cannot be read from the device.
 *
 * <p>Thread-safe. One credential may serve several {@link Scram}s. The client does not destroy it,
 * since every reconnect needs it.
 */
public abstract sealed class ScramCredential implements Destroyable
    permits PasswordCredential, SaltedPasswordCredential, KeysCredential {
  /** Longest user name, in octets of UTF-8. */
  public static final int MAX_USER_NAME_BYTES = 1024;

  /** Longest salt, in bytes. */
  public static final int MAX_SALT_BYTES = 1024;

  private final String userName;

  ScramCredential(String userName) {
    this.userName = requireUserName(userName);
  }

  /**
   * A password. PBKDF2 runs at the first login, and again only when the broker changes salt or
   * count: the ClientKey and ServerKey of the last <em>proven</em> login are kept in memory until
   * {@link #destroy}, which gives away nothing that the password beside them would not.
   *
   * @param userName the SCRAM name: 1 to {@value #MAX_USER_NAME_BYTES} octets of UTF-8, without NUL
   * @param password at least one byte; copied, so that the caller may destroy its own
   */
  public static ScramCredential password(String userName, Secret password) {
    return new PasswordCredential(userName, Objects.requireNonNull(password, "password"));
  }

  /**
   * A handle on SaltedPassword, which may live in a token.
   *
   * @param userName the SCRAM name as the broker stores it; no SASLprep is applied
   * @param salt the salt that the broker uses for this user: 1 to {@value #MAX_SALT_BYTES} bytes;
   *     copied
   * @param iterations the iteration count that the broker uses for this user: at least 1
   * @param saltedPassword keyed with SaltedPassword; not owned
   */
  public static ScramCredential saltedPassword(
      String userName, byte[] salt, int iterations, SecretMac saltedPassword) {
    return new SaltedPasswordCredential(userName, salt, iterations, saltedPassword);
  }

  /**
   * Stored ClientKey and ServerKey; not owned. Their user name is used as it is, without SASLprep.
   */
  public static ScramCredential keys(ScramKeys keys) {
    return new KeysCredential(keys);
  }

  /** The SCRAM user name, as it was given. */
  public final String userName() {
    return userName;
  }

  /** Wipes what this credential owns; no login is possible afterwards. */
  @Override
  public abstract void destroy();

  @Override
  public abstract boolean isDestroyed();

  /** The user name; never a key. */
  @Override
  public final String toString() {
    return getClass().getSimpleName() + "[userName=" + userName + ", secret=redacted]";
  }

  /** The name that the broker knows. */
  abstract String preparedUserName(boolean saslPrep);

  /** Refuses a mechanism that this credential was not made for, by IllegalArgumentException. */
  abstract void requireFits(ScramHash hash);

  /** True if this credential was stored for exactly this count. */
  abstract boolean isStoredFor(int iterations);

  /** True if ClientKey and ServerKey may be handed out for storing. */
  abstract boolean isProvisionable();

  /** The keys for salt and count, in fresh arrays. */
  abstract ClientAndServerKey keys(
      ScramHash hash, byte[] salt, int iterations, boolean saslPrep, Pbkdf2 pbkdf2);

  /** The broker proved that it knows these keys; they stay the caller's. */
  abstract void proven(
      ScramHash hash, ClientAndServerKey keys, byte[] salt, int iterations, boolean saslPrep);

  static byte[] requireSalt(byte[] salt) {
    if (salt.length == 0 || salt.length > MAX_SALT_BYTES) {
      throw new IllegalArgumentException(
          "salt must have 1 to " + MAX_SALT_BYTES + " bytes, not " + salt.length);
    }
    return salt.clone();
  }

  private static String requireUserName(String userName) {
    int length;
    try {
      length = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(userName)).remaining();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("userName holds half of a surrogate pair", e);
    }
    if (length == 0 || length > MAX_USER_NAME_BYTES) {
      throw new IllegalArgumentException(
          "userName must have 1 to " + MAX_USER_NAME_BYTES + " octets of UTF-8, not " + length);
    }
    if (userName.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("userName holds a NUL, which RFC 5802 forbids");
    }
    return userName;
  }
}
