package io.mooring.internal.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.function.Function;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.impl.TlsAEADCipherImpl;
import org.jspecify.annotations.Nullable;

/** Record protection by the JDK's ciphers, which use the CPU's instructions; BC's own do not. */
final class JdkAead implements TlsAEADCipherImpl {
  private static final int TAG_BYTES = 16;
  private static final int TAG_BITS = 128;

  private final String keyAlgorithm;
  private final Cipher cipher;
  private final int mode;
  private final Function<byte[], AlgorithmParameterSpec> nonceSpec;
  private @Nullable AeadKey key;

  private JdkAead(
      String transformation,
      String keyAlgorithm,
      boolean encrypting,
      Function<byte[], AlgorithmParameterSpec> nonceSpec)
      throws IOException {
    this.keyAlgorithm = keyAlgorithm;
    this.nonceSpec = nonceSpec;
    this.mode = encrypting ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE;
    try {
      this.cipher = Cipher.getInstance(transformation);
    } catch (GeneralSecurityException e) {
      throw new TlsFatalAlert(AlertDescription.internal_error, e);
    }
  }

  static JdkAead aesGcm(boolean encrypting) throws IOException {
    return new JdkAead(
        "AES/GCM/NoPadding", "AES", encrypting, nonce -> new GCMParameterSpec(TAG_BITS, nonce));
  }

  static JdkAead chaCha20Poly1305(boolean encrypting) throws IOException {
    return new JdkAead("ChaCha20-Poly1305", "ChaCha20", encrypting, IvParameterSpec::new);
  }

  @Override
  public void setKey(byte[] bytes, int offset, int length) {
    wipe();
    key = new AeadKey(keyAlgorithm, Arrays.copyOfRange(bytes, offset, offset + length));
  }

  @Override
  public void init(byte[] nonce, int macSize) throws IOException {
    if (macSize != TAG_BYTES) {
      throw new TlsFatalAlert(AlertDescription.internal_error, "tag of " + macSize + " bytes");
    }
    try {
      @Nullable Key current = key;
      cipher.init(mode, current, nonceSpec.apply(nonce));
    } catch (GeneralSecurityException e) {
      throw new TlsFatalAlert(AlertDescription.internal_error, e);
    }
  }

  @Override
  public int getOutputSize(int inputLength) {
    return mode == Cipher.ENCRYPT_MODE ? inputLength + TAG_BYTES : inputLength - TAG_BYTES;
  }

  @Override
  public int doFinal(
      byte[] additionalData,
      byte[] input,
      int inputOffset,
      int inputLength,
      byte[] output,
      int outputOffset)
      throws IOException {
    try {
      cipher.updateAAD(additionalData);
      return cipher.doFinal(input, inputOffset, inputLength, output, outputOffset);
    } catch (GeneralSecurityException e) {
      throw new TlsFatalAlert(
          mode == Cipher.ENCRYPT_MODE
              ? AlertDescription.internal_error
              : AlertDescription.bad_record_mac,
          e);
    }
  }

  /** Wipes our copy of the key; the cipher's own goes with the garbage collector. */
  void wipe() {
    if (key != null) {
      key.destroy();
      key = null;
    }
  }

  /** A key that can be wiped, which SecretKeySpec cannot. */
  private static final class AeadKey implements SecretKey {
    private static final long serialVersionUID = 1L;

    private final String algorithm;
    private final transient byte[] bytes;

    AeadKey(String algorithm, byte[] bytes) {
      this.algorithm = algorithm;
      this.bytes = bytes;
    }

    @Override
    public String getAlgorithm() {
      return algorithm;
    }

    @Override
    public String getFormat() {
      return "RAW";
    }

    @Override
    public byte[] getEncoded() {
      return bytes.clone();
    }

    @Override
    public void destroy() {
      Arrays.fill(bytes, (byte) 0);
    }
  }
}
