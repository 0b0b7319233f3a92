package io.mooring.internal.outbox;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.mooring.identity.SecretMac;
import io.mooring.internal.crypto.WipeableKey;
import io.mooring.internal.outbox.MessageCodec.DamagedException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256-GCM for the entries of one segment, under a key of its own: HMAC(key, label || salt). The
 * nonce is the record's offset, which is used once, because no segment is ever written again after
 * a failure or a restart. The additional data ties an entry to its segment, place and header, so
 * that entries cannot be moved, swapped or renumbered.
 */
final class EntryCipher {
  static final int TAG_BYTES = 16;

  private static final int TAG_BITS = 128;
  private static final int KEY_BYTES = 32;
  private static final String KEY_LABEL = "mooring outbox 1 key";
  private static final String CHECK_LABEL = "mooring outbox 1 check";

  private final SegmentHead segment;
  private final WipeableKey key;
  private final Cipher cipher;

  private EntryCipher(SegmentHead segment, WipeableKey key) {
    this.segment = segment;
    this.key = key;
    try {
      this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no AES-GCM", e);
    }
  }

  /** The cipher of {@code segment}; asks the key's handle once. */
  static EntryCipher of(SecretMac key, SegmentHead segment) {
    byte[] mac = derive(key, KEY_LABEL, segment.salt());
    try {
      return new EntryCipher(segment, new WipeableKey("AES", Arrays.copyOf(mac, KEY_BYTES)));
    } finally {
      Arrays.fill(mac, (byte) 0);
    }
  }

  /** What a head carries to tell a wrong key before anything is decrypted. */
  static byte[] check(SecretMac key, byte[] salt) {
    return Arrays.copyOf(derive(key, CHECK_LABEL, salt), SegmentHead.CHECK_BYTES);
  }

  private static byte[] derive(SecretMac key, String label, byte[] salt) {
    byte[] name = label.getBytes(US_ASCII);
    byte[] data = Arrays.copyOf(name, name.length + salt.length);
    System.arraycopy(salt, 0, data, name.length, salt.length);
    byte[] mac = key.mac(data);
    if (mac.length < KEY_BYTES) {
      throw new IllegalArgumentException(
          "the outbox key makes "
              + mac.length
              + " bytes with "
              + key.algorithm()
              + "; it takes HmacSHA256 or HmacSHA512");
    }
    return mac;
  }

  /** Encrypts {@code plain}, which is bound to the clear bytes before it in the body as well. */
  byte[] encrypt(RecordHeader header, long offset, long acceptedAtMillis, byte[] plain) {
    try {
      start(Cipher.ENCRYPT_MODE, header, offset, acceptedAtMillis);
      return cipher.doFinal(plain);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM refused to encrypt", e);
    }
  }

  byte[] decrypt(RecordHeader header, long offset, long acceptedAtMillis, ByteBuffer encrypted)
      throws DamagedException {
    byte[] input = new byte[encrypted.remaining()];
    encrypted.get(input);
    try {
      start(Cipher.DECRYPT_MODE, header, offset, acceptedAtMillis);
      return cipher.doFinal(input);
    } catch (AEADBadTagException e) {
      throw new DamagedException("authentication failed");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM refused to decrypt", e);
    }
  }

  private void start(int mode, RecordHeader header, long offset, long acceptedAtMillis)
      throws GeneralSecurityException {
    byte[] nonce = ByteBuffer.allocate(12).putLong(4, offset).array();
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    ByteBuffer bound = ByteBuffer.allocate(Integer.BYTES + Long.BYTES * 2 + 16);
    bound.putInt(segment.number()).putLong(offset);
    header.putIdentity(bound);
    bound.putLong(acceptedAtMillis);
    cipher.updateAAD(bound.array());
  }

  /** Wipes our copy of the key; the cipher's own goes with the garbage collector. */
  void destroy() {
    key.destroy();
  }
}
