package io.mooring.keystore;

import io.mooring.keystore.TokenSession.Context;
import io.mooring.keystore.internal.cryptoki.Ck;
import io.mooring.keystore.internal.cryptoki.CryptokiException;
import io.mooring.keystore.internal.cryptoki.Mechanism;
import io.mooring.keystore.internal.cryptoki.Template;
import java.util.HexFormat;

/** Makes keys in a token. */
final class TokenKeyPairs {
  private static final String SECP256R1 = "06082a8648ce3d030107";
  private static final String SECP384R1 = "06052b81040022";
  private static final byte[] F4 = {1, 0, 1};

  private TokenKeyPairs() {}

  static void generate(Context context, String label, byte[] id, KeyAlgorithm type)
      throws CryptokiException {
    Template ofPublic = half(label, id).flag(Ck.CKA_VERIFY, true);
    switch (type) {
      case EC_P256 -> ofPublic.bytes(Ck.CKA_EC_PARAMS, HexFormat.of().parseHex(SECP256R1));
      case EC_P384 -> ofPublic.bytes(Ck.CKA_EC_PARAMS, HexFormat.of().parseHex(SECP384R1));
      case RSA_2048 -> rsa(ofPublic, 2048);
      case RSA_3072 -> rsa(ofPublic, 3072);
    }
    Template ofPrivate =
        half(label, id)
            .flag(Ck.CKA_PRIVATE, true)
            .flag(Ck.CKA_SENSITIVE, true)
            .flag(Ck.CKA_EXTRACTABLE, false)
            .flag(Ck.CKA_SIGN, true);
    context.functions().generateKeyPair(context.session(), mechanism(type), ofPublic, ofPrivate);
  }

  /** Makes an HMAC key of 32 bytes. */
  static void generateMacKey(Context context, String label, byte[] id) throws CryptokiException {
    context
        .functions()
        .generateKey(
            context.session(),
            Mechanism.of(Ck.CKM_GENERIC_SECRET_KEY_GEN),
            half(label, id)
                .number(Ck.CKA_VALUE_LEN, 32)
                .flag(Ck.CKA_PRIVATE, true)
                .flag(Ck.CKA_SENSITIVE, true)
                .flag(Ck.CKA_EXTRACTABLE, false)
                .flag(Ck.CKA_SIGN, true)
                .flag(Ck.CKA_DERIVE, false));
  }

  private static Mechanism mechanism(KeyAlgorithm type) {
    return switch (type) {
      case EC_P256, EC_P384 -> Mechanism.of(Ck.CKM_EC_KEY_PAIR_GEN);
      case RSA_2048, RSA_3072 -> Mechanism.of(Ck.CKM_RSA_PKCS_KEY_PAIR_GEN);
    };
  }

  private static void rsa(Template ofPublic, int bits) {
    ofPublic.number(Ck.CKA_MODULUS_BITS, bits).bytes(Ck.CKA_PUBLIC_EXPONENT, F4);
  }

  private static Template half(String label, byte[] id) {
    return Template.of().flag(Ck.CKA_TOKEN, true).text(Ck.CKA_LABEL, label).bytes(Ck.CKA_ID, id);
  }
}
