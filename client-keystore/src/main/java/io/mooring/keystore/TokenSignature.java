package io.mooring.keystore;

import io.mooring.identity.SignatureScheme;
import io.mooring.keystore.internal.cryptoki.Ck;
import io.mooring.keystore.internal.cryptoki.CryptokiException;
import io.mooring.keystore.internal.cryptoki.Mechanism;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One way to make a signature of a scheme with a PKCS#11 mechanism. The hash is made here where the
 * token offers the bare mechanism: fewer bytes travel, and most tokens know only that one.
 */
final class TokenSignature {
  private static final int MAX_BYTES = 1024;

  private final Mechanism mechanism;
  private final @Nullable String hash;
  private final byte[] prefix;
  private final boolean ecdsa;

  private TokenSignature(Mechanism mechanism, @Nullable String hash, byte[] prefix, boolean ecdsa) {
    this.mechanism = mechanism;
    this.hash = hash;
    this.prefix = prefix;
    this.ecdsa = ecdsa;
  }

  /** The ways to sign a scheme, the preferred one first; none for one that tokens do not know. */
  static List<TokenSignature> waysOf(SignatureScheme scheme) {
    return switch (scheme) {
      case ECDSA_SECP256R1_SHA256 -> ecdsa("SHA-256", Ck.CKM_ECDSA_SHA256);
      case ECDSA_SECP384R1_SHA384 -> ecdsa("SHA-384", Ck.CKM_ECDSA_SHA384);
      case ECDSA_SECP521R1_SHA512 -> ecdsa("SHA-512", Ck.CKM_ECDSA_SHA512);
      case RSA_PSS_RSAE_SHA256 ->
          pss("SHA-256", Ck.CKM_SHA256_RSA_PKCS_PSS, Ck.CKM_SHA256, Ck.CKG_MGF1_SHA256, 32);
      case RSA_PSS_RSAE_SHA384 ->
          pss("SHA-384", Ck.CKM_SHA384_RSA_PKCS_PSS, Ck.CKM_SHA384, Ck.CKG_MGF1_SHA384, 48);
      case RSA_PSS_RSAE_SHA512 ->
          pss("SHA-512", Ck.CKM_SHA512_RSA_PKCS_PSS, Ck.CKM_SHA512, Ck.CKG_MGF1_SHA512, 64);
      case RSA_PKCS1_SHA256 ->
          pkcs1("SHA-256", Ck.CKM_SHA256_RSA_PKCS, "3031300d060960864801650304020105000420");
      case RSA_PKCS1_SHA384 ->
          pkcs1("SHA-384", Ck.CKM_SHA384_RSA_PKCS, "3041300d060960864801650304020205000430");
      case RSA_PKCS1_SHA512 ->
          pkcs1("SHA-512", Ck.CKM_SHA512_RSA_PKCS, "3051300d060960864801650304020305000440");
      case ED25519 -> List.of();
    };
  }

  /** The mechanism that the token must have. */
  long mechanismType() {
    return mechanism.type();
  }

  /** Signs a message. */
  byte[] sign(TokenSession.Context context, long key, byte[] message) throws CryptokiException {
    byte[] raw =
        context.functions().sign(context.session(), mechanism, key, input(message), MAX_BYTES);
    return ecdsa ? derOf(raw) : raw;
  }

  private byte[] input(byte[] message) {
    if (hash == null) {
      return message;
    }
    try {
      byte[] digest = MessageDigest.getInstance(hash).digest(message);
      byte[] input = Arrays.copyOf(prefix, prefix.length + digest.length);
      System.arraycopy(digest, 0, input, prefix.length, digest.length);
      return input;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java platform lacks " + hash, e);
    }
  }

  /** ECDSA-Sig-Value of RFC 3279, section 2.2.3, of the r and s that PKCS#11 sets side by side. */
  private static byte[] derOf(byte[] raw) {
    byte[] r = Arrays.copyOfRange(raw, 0, raw.length / 2);
    byte[] s = Arrays.copyOfRange(raw, raw.length / 2, raw.length);
    return Der.element(
        Der.SEQUENCE,
        Der.element(Der.INTEGER, new BigInteger(1, r).toByteArray()),
        Der.element(Der.INTEGER, new BigInteger(1, s).toByteArray()));
  }

  private static List<TokenSignature> ecdsa(String hash, long hashing) {
    return List.of(
        new TokenSignature(Mechanism.of(Ck.CKM_ECDSA), hash, new byte[0], true),
        new TokenSignature(Mechanism.of(hashing), null, new byte[0], true));
  }

  private static List<TokenSignature> pss(
      String hash, long hashing, long hashType, long mgf, long salt) {
    return List.of(
        new TokenSignature(
            Mechanism.pss(Ck.CKM_RSA_PKCS_PSS, hashType, mgf, salt), hash, new byte[0], false),
        new TokenSignature(Mechanism.pss(hashing, hashType, mgf, salt), null, new byte[0], false));
  }

  private static List<TokenSignature> pkcs1(String hash, long hashing, String digestInfo) {
    return List.of(
        new TokenSignature(
            Mechanism.of(Ck.CKM_RSA_PKCS), hash, HexFormat.of().parseHex(digestInfo), false),
        new TokenSignature(Mechanism.of(hashing), null, new byte[0], false));
  }
}
