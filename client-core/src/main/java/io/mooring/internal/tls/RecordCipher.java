package io.mooring.internal.tls;

import java.io.IOException;
import java.util.Arrays;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.TlsCryptoUtils;
import org.bouncycastle.tls.crypto.TlsDecodeResult;
import org.bouncycastle.tls.crypto.TlsEncodeResult;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.bouncycastle.tls.crypto.impl.TlsImplUtils;
import org.jspecify.annotations.Nullable;

/**
 * Record protection of a client with AEAD: TLS 1.3 (RFC 8446, section 5.2), and TLS 1.2 with
 * AES-GCM (RFC 5288) or ChaCha20-Poly1305 (RFC 7905). In place of Bouncy Castle's {@code
 * TlsAEADCipher}, which makes a new array for each record it writes and opens in place, which the
 * JDK's GCM answers with another array and a copy.
 *
 * <p>What it returns lies in {@link RecordBuffers}, valid until the next record of this thread.
 */
final class RecordCipher implements TlsCipher {
  private static final int NONCE_BYTES = 12;

  /** Of the nonce of AES-GCM in TLS 1.2: derived from the master secret; the rest is explicit. */
  private static final int SALT_BYTES = 4;

  private static final int SEQUENCE_BYTES = 8;
  private static final int TLS13_ADDITIONAL_BYTES = 5;
  private static final int TLS12_ADDITIONAL_BYTES = 13;

  private final int keyBytes;
  private final boolean tls13;

  /** Of HKDF, by Bouncy Castle's number. */
  private final int hash;

  /** Bytes of nonce that each record carries. */
  private final int explicitBytes;

  private final Direction sealing;
  private final Direction opening;

  /** One key, and what is written anew for each record. */
  private static final class Direction {
    private final JdkAead aead;
    private final byte[] iv;
    private final byte[] nonce = new byte[NONCE_BYTES];
    private final byte[] additionalData;

    Direction(JdkAead aead, int ivBytes, int additionalBytes) {
      this.aead = aead;
      this.iv = new byte[ivBytes];
      this.additionalData = new byte[additionalBytes];
    }
  }

  /** Without keys yet. */
  private RecordCipher(boolean tls13, int hash, boolean gcm, int keyBytes) {
    this.keyBytes = keyBytes;
    this.tls13 = tls13;
    this.hash = hash;
    this.explicitBytes = gcm && !tls13 ? SEQUENCE_BYTES : 0;
    int ivBytes = NONCE_BYTES - explicitBytes;
    int additionalBytes = tls13 ? TLS13_ADDITIONAL_BYTES : TLS12_ADDITIONAL_BYTES;
    this.sealing = new Direction(new JdkAead(gcm, true), ivBytes, additionalBytes);
    this.opening = new Direction(new JdkAead(gcm, false), ivBytes, additionalBytes);
  }

  /**
   * Derives the keys of a client.
   *
   * @param gcm AES-GCM, and not ChaCha20-Poly1305
   */
  static RecordCipher of(TlsCryptoParameters parameters, boolean gcm, int keyBytes)
      throws IOException {
    SecurityParameters security = parameters.getSecurityParametersHandshake();
    int hash = security.getPRFCryptoHashAlgorithm();
    if (TlsImplUtils.isTLSv13(security.getNegotiatedVersion())) {
      return ofTls13(
          security.getTrafficSecretClient(),
          security.getTrafficSecretServer(),
          hash,
          gcm,
          keyBytes);
    }
    RecordCipher cipher = new RecordCipher(false, hash, gcm, keyBytes);
    cipher.keysOfTls12(parameters);
    return cipher;
  }

  /**
   * The same with TLS 1.3, by the traffic secrets of what it seals and of what it opens.
   *
   * @param hash of HKDF, by Bouncy Castle's number
   */
  static RecordCipher ofTls13(
      @Nullable TlsSecret sealing, @Nullable TlsSecret opening, int hash, boolean gcm, int keyBytes)
      throws IOException {
    RecordCipher cipher = new RecordCipher(true, hash, gcm, keyBytes);
    cipher.rekeySealing(sealing);
    cipher.rekeyOpening(opening);
    return cipher;
  }

  private void keysOfTls12(TlsCryptoParameters parameters) {
    byte[] block = TlsImplUtils.calculateKeyBlock(parameters, 2 * keyBytes + 2 * sealing.iv.length);
    sealing.aead.setKey(block, 0, keyBytes);
    opening.aead.setKey(block, keyBytes, keyBytes);
    System.arraycopy(block, 2 * keyBytes, sealing.iv, 0, sealing.iv.length);
    System.arraycopy(block, 2 * keyBytes + sealing.iv.length, opening.iv, 0, opening.iv.length);
    Arrays.fill(block, (byte) 0);
  }

  /** Bouncy Castle's way to it; {@link EstablishedTls} has a shorter one. */
  @Override
  public void rekeyEncoder() throws IOException {
    throw new TlsFatalAlert(AlertDescription.internal_error, "no key update is Bouncy Castle's");
  }

  @Override
  public void rekeyDecoder() throws IOException {
    rekeyEncoder();
  }

  /** From now on records are sealed by another traffic secret (RFC 8446, section 7.3). */
  void rekeySealing(@Nullable TlsSecret secret) throws IOException {
    rekey(sealing, secret);
  }

  /** The same for what is opened. */
  void rekeyOpening(@Nullable TlsSecret secret) throws IOException {
    rekey(opening, secret);
  }

  /** The next generation of a traffic secret (section 7.2). */
  TlsSecret next(TlsSecret secret) throws IOException {
    return TlsCryptoUtils.hkdfExpandLabel(
        secret, hash, "traffic upd", TlsUtils.EMPTY_BYTES, TlsCryptoUtils.getHashOutputSize(hash));
  }

  private void rekey(Direction direction, @Nullable TlsSecret secret) throws IOException {
    if (secret == null) {
      throw new TlsFatalAlert(AlertDescription.internal_error, "no traffic secret");
    }
    byte[] key = expand(secret, "key", keyBytes);
    byte[] iv = expand(secret, "iv", NONCE_BYTES);
    direction.aead.setKey(key, 0, keyBytes);
    System.arraycopy(iv, 0, direction.iv, 0, NONCE_BYTES);
    Arrays.fill(key, (byte) 0);
  }

  private byte[] expand(TlsSecret secret, String label, int length) throws IOException {
    return TlsCryptoUtils.hkdfExpandLabel(secret, hash, label, TlsUtils.EMPTY_BYTES, length)
        .extract();
  }

  /** Lets go of what the next record makes anew. */
  void rest() {
    sealing.aead.rest();
    opening.aead.rest();
  }

  /** Wipes both keys. */
  void wipe() {
    sealing.aead.wipe();
    opening.aead.wipe();
  }

  @Override
  public TlsEncodeResult encodePlaintext(
      long sequence,
      short contentType,
      ProtocolVersion recordVersion,
      int headerAllocation,
      byte[] plaintext,
      int offset,
      int length)
      throws IOException {
    int inner = length + innerTypeBytes();
    int total = headerAllocation + explicitBytes + inner + JdkAead.TAG_BYTES;
    byte[] out = RecordBuffers.sealed(total);
    int at = headerAllocation + explicitBytes;
    setNonce(sealing, sequence);
    if (explicitBytes != 0) {
      TlsUtils.writeUint64(sequence, out, headerAllocation); // may be it (RFC 5288, section 3)
      System.arraycopy(out, headerAllocation, sealing.nonce, SALT_BYTES, explicitBytes);
    }
    System.arraycopy(plaintext, offset, out, at, length);
    if (tls13) {
      out[at + length] = (byte) contentType;
    }
    short recordType = tls13 ? ContentType.application_data : contentType;
    setAdditionalData(
        sealing, sequence, recordType, recordVersion, total - headerAllocation, inner);
    int written =
        sealing.aead.process(sealing.nonce, sealing.additionalData, out, at, inner, out, at);
    if (at + written != total) {
      throw new TlsFatalAlert(AlertDescription.internal_error);
    }
    return new TlsEncodeResult(out, 0, total, recordType);
  }

  @Override
  public TlsDecodeResult decodeCiphertext(
      long sequence,
      short recordType,
      ProtocolVersion recordVersion,
      byte[] ciphertext,
      int offset,
      int length)
      throws IOException {
    if (getPlaintextDecodeLimit(length) < 0) {
      throw new TlsFatalAlert(AlertDescription.decode_error);
    }
    int inner = length - explicitBytes - JdkAead.TAG_BYTES;
    setNonce(opening, sequence);
    if (explicitBytes != 0) {
      System.arraycopy(ciphertext, offset, opening.nonce, SALT_BYTES, explicitBytes);
    }
    setAdditionalData(opening, sequence, recordType, recordVersion, length, inner);
    byte[] opened = RecordBuffers.opened(inner);
    int count =
        opening.aead.process(
            opening.nonce,
            opening.additionalData,
            ciphertext,
            offset + explicitBytes,
            length - explicitBytes,
            opened,
            0);
    if (count != inner) {
      throw new TlsFatalAlert(AlertDescription.internal_error);
    }
    if (!tls13) {
      return new TlsDecodeResult(opened, 0, inner, recordType);
    }
    return withoutPadding(opened, inner);
  }

  /** The content type is the last octet that is not zero (RFC 8446, section 5.4). */
  private static TlsDecodeResult withoutPadding(byte[] opened, int inner) throws IOException {
    int last = inner - 1;
    while (last >= 0 && opened[last] == 0) {
      last--;
    }
    if (last < 0) {
      throw new TlsFatalAlert(AlertDescription.unexpected_message);
    }
    return new TlsDecodeResult(opened, 0, last, (short) (opened[last] & 0xFF));
  }

  /** The static part; with the sequence number mixed in, unless the rest is explicit. */
  private void setNonce(Direction direction, long sequence) {
    byte[] nonce = direction.nonce;
    System.arraycopy(direction.iv, 0, nonce, 0, direction.iv.length);
    if (explicitBytes == 0) {
      for (int i = 0; i < SEQUENCE_BYTES; i++) {
        nonce[NONCE_BYTES - 1 - i] ^= (byte) (sequence >>> (8 * i));
      }
    }
  }

  /** RFC 8446, section 5.2, or RFC 5246, section 6.2.3.3. */
  private void setAdditionalData(
      Direction direction,
      long sequence,
      short recordType,
      ProtocolVersion recordVersion,
      int ciphertextLength,
      int plaintextLength)
      throws IOException {
    byte[] data = direction.additionalData;
    int at = 0;
    if (!tls13) {
      TlsUtils.writeUint64(sequence, data, 0);
      at = SEQUENCE_BYTES;
    }
    TlsUtils.writeUint8(recordType, data, at);
    TlsUtils.writeVersion(recordVersion, data, at + 1);
    TlsUtils.writeUint16(tls13 ? ciphertextLength : plaintextLength, data, at + 3);
  }

  private int innerTypeBytes() {
    return tls13 ? 1 : 0;
  }

  private int overhead() {
    return explicitBytes + JdkAead.TAG_BYTES + innerTypeBytes();
  }

  @Override
  public int getCiphertextDecodeLimit(int plaintextLimit) {
    return plaintextLimit + overhead();
  }

  @Override
  public int getCiphertextEncodeLimit(int plaintextLimit) {
    return plaintextLimit + overhead();
  }

  @Override
  public int getPlaintextDecodeLimit(int ciphertextLimit) {
    return ciphertextLimit - overhead();
  }

  @Override
  public int getPlaintextEncodeLimit(int ciphertextLimit) {
    return ciphertextLimit - overhead();
  }

  @Override
  public boolean usesOpaqueRecordTypeDecode() {
    return tls13;
  }

  @Override
  public boolean usesOpaqueRecordTypeEncode() {
    return tls13;
  }
}
