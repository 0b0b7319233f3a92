package io.mooring.internal.tls;

import io.mooring.internal.crypto.WipeableKey;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.jspecify.annotations.Nullable;

/**
 * One direction of record protection by the JDK's ciphers, which use the CPU's instructions; Bouncy
 * Castle's own do not. With the one-shot form of {@link Cipher} it holds no data between records.
 */
final class JdkAead {
  /** Bytes of tag, of every cipher on offer. */
  static final int TAG_BYTES = 16;

  private static final int TAG_BITS = 128;

  private final boolean gcm;
  private final boolean encrypting;
  private @Nullable WipeableKey key;

  /** Null until the next record. */
  private @Nullable Cipher cipher;

  /** AES-GCM or ChaCha20-Poly1305, without a key yet. */
  JdkAead(boolean gcm, boolean encrypting) {
    this.gcm = gcm;
    this.encrypting = encrypting;
  }

  /** Takes a copy of {@code bytes}; wipes the key of before. */
  void setKey(byte[] bytes, int offset, int length) {
    wipe();
    key =
        new WipeableKey(
            gcm ? "AES" : "ChaCha20", Arrays.copyOfRange(bytes, offset, offset + length));
  }

  /**
   * Seals or opens one record. Opening wants two arrays: with one, the JDK opens into a third and
   * copies. Returns the length of the output.
   */
  int process(
      byte[] nonce,
      byte[] additionalData,
      byte[] input,
      int inputOffset,
      int inputLength,
      byte[] output,
      int outputOffset)
      throws IOException {
    try {
      AlgorithmParameterSpec parameters =
          gcm ? new GCMParameterSpec(TAG_BITS, nonce) : new IvParameterSpec(nonce);
      @Nullable Key current = key;
      Cipher ready = ready();
      ready.init(encrypting ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE, current, parameters);
      ready.updateAAD(additionalData);
      return ready.doFinal(input, inputOffset, inputLength, output, outputOffset);
    } catch (GeneralSecurityException e) {
      throw new TlsFatalAlert(
          encrypting ? AlertDescription.internal_error : AlertDescription.bad_record_mac, e);
    }
  }

  private Cipher ready() throws GeneralSecurityException {
    Cipher known = cipher;
    if (known == null) {
      known = Cipher.getInstance(gcm ? "AES/GCM/NoPadding" : "ChaCha20-Poly1305");
      cipher = known;
    }
    return known;
  }

  /** Lets go of what the next record can make anew from the key: with AES nearly a kilobyte. */
  void rest() {
    cipher = null;
  }

  /** Wipes our copy of the key; the cipher's own goes with the garbage collector. */
  void wipe() {
    rest();
    if (key != null) {
      key.destroy();
      key = null;
    }
  }
}
