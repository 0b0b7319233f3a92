package io.mooring.keystore;

import io.mooring.identity.Secret;
import io.mooring.keystore.Pkcs11Exception.Reason;
import io.mooring.keystore.internal.cryptoki.Ck;
import io.mooring.keystore.internal.cryptoki.Mechanism;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts small secrets for files, such as the password of a keystore, under a key in a token:
 * without the token and its PIN the file is noise.
 *
 * <p>For each sealing a fresh AES-256 key is HMAC-SHA-256(key in the token, header || purpose),
 * where the header holds 32 random bytes; the secret is encrypted with AES-256-GCM, header and
 * purpose authenticated. The AES key passes through this JVM's memory; the key in the token does
 * not.
 */
public final class Pkcs11Seal {
  /** The longest secret, in bytes. */
  public static final int MAX_BYTES = 64 * 1024;

  private static final byte[] MAGIC = "mooring-seal 1\n".getBytes(StandardCharsets.US_ASCII);
  private static final int SALT_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;
  private static final int HEADER_BYTES = MAGIC.length + SALT_BYTES;
  private static final int MAC_BYTES = 64;

  private final TokenSession session;
  private final TokenKey key;

  Pkcs11Seal(TokenSession session, TokenKey key) {
    this.session = session;
    this.key = key;
  }

  /**
   * Encrypts a secret.
   *
   * @param purpose what it is for; the same must be given to open it, so that no sealed file can
   *     stand in for another
   * @param secret at most {@value #MAX_BYTES} bytes; the caller wipes it
   */
  public byte[] seal(String purpose, byte[] secret) {
    if (secret.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a secret to seal has at most " + MAX_BYTES + " bytes, not " + secret.length);
    }
    byte[] salt = new byte[SALT_BYTES];
    new SecureRandom().nextBytes(salt);
    byte[] header = ByteBuffer.allocate(HEADER_BYTES).put(MAGIC).put(salt).array();
    byte[] encrypted = crypt(Cipher.ENCRYPT_MODE, purpose, header, secret, 0, secret.length);
    return ByteBuffer.allocate(HEADER_BYTES + encrypted.length).put(header).put(encrypted).array();
  }

  /**
   * Decrypts what {@link #seal} made.
   *
   * @return a fresh array that the caller wipes
   * @throws Pkcs11Exception with {@link Reason#DAMAGED} if it was altered, sealed for another
   *     purpose or under another key
   */
  public byte[] open(String purpose, byte[] sealed) {
    if (sealed.length < HEADER_BYTES + TAG_BYTES
        || sealed.length > HEADER_BYTES + MAX_BYTES + TAG_BYTES
        || !MessageDigest.isEqual(MAGIC, Arrays.copyOf(sealed, MAGIC.length))) {
      throw damaged("it is none of ours", null);
    }
    byte[] header = Arrays.copyOf(sealed, HEADER_BYTES);
    return crypt(
        Cipher.DECRYPT_MODE, purpose, header, sealed, HEADER_BYTES, sealed.length - HEADER_BYTES);
  }

  /**
   * Seals a secret into a file of mode 0600, which is replaced whole or not at all.
   *
   * @throws DeviceKeystoreException if the file cannot be written
   */
  public void sealTo(Path file, String purpose, Secret secret) {
    byte[] utf8 = secret.copyUtf8();
    try {
      new AtomicReplace(file, step -> {}).replace(seal(purpose, utf8), () -> {});
    } catch (IOException e) {
      throw new DeviceKeystoreException(
          DeviceKeystoreException.Reason.WRITE_FAILED,
          "Sealed file " + file + " cannot be written: " + e + ". Check folder and space.",
          e);
    } finally {
      Arrays.fill(utf8, (byte) 0);
    }
  }

  /**
   * Opens a sealed file, of a keystore's password say; the caller destroys the secret.
   *
   * @throws DeviceKeystoreException if the file cannot be read
   * @throws Pkcs11Exception as {@link #open(String, byte[])}
   */
  public Secret openFrom(Path file, String purpose) {
    byte[] opened = open(purpose, GuardedFile.readSecret("Sealed file", file));
    try {
      return Secret.ofUtf8(opened);
    } finally {
      Arrays.fill(opened, (byte) 0);
    }
  }

  private byte[] crypt(
      int mode, String purpose, byte[] header, byte[] input, int offset, int length) {
    byte[] context = context(header, purpose);
    byte[] aesKey =
        session.call(
            "compute a sealing key",
            call ->
                call.functions()
                    .sign(
                        call.session(),
                        Mechanism.of(Ck.CKM_SHA256_HMAC),
                        key.handle(call),
                        context,
                        MAC_BYTES));
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      // The key is used once, so the nonce need not differ.
      cipher.init(
          mode,
          new SecretKeySpec(aesKey, "AES"),
          new GCMParameterSpec(8 * TAG_BYTES, new byte[NONCE_BYTES]));
      cipher.updateAAD(context);
      return cipher.doFinal(input, offset, length);
    } catch (AEADBadTagException e) {
      throw damaged("altered, for another purpose, or under another key", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES-GCM", e);
    } finally {
      Arrays.fill(aesKey, (byte) 0);
    }
  }

  private static byte[] context(byte[] header, String purpose) {
    byte[] name = purpose.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(header.length + name.length).put(header).put(name).array();
  }

  private Pkcs11Exception damaged(String why, @Nullable Throwable cause) {
    return new Pkcs11Exception(
        Reason.DAMAGED,
        key + " does not open the sealed secret: " + why + ". Seal the secret again.",
        cause);
  }

  /** Where the key is. */
  @Override
  public String toString() {
    return "Pkcs11Seal[" + key + ']';
  }
}
