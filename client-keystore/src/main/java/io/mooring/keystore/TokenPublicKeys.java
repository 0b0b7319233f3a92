package io.mooring.keystore;

import io.mooring.keystore.Pkcs11Object.Kind;
import io.mooring.keystore.TokenObjects.Found;
import io.mooring.keystore.TokenObjects.FoundCertificate;
import io.mooring.keystore.TokenSession.Context;
import io.mooring.keystore.internal.cryptoki.Ck;
import io.mooring.keystore.internal.cryptoki.CryptokiException;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the public half of a private key in a token. */
final class TokenPublicKeys {
  private static final Map<String, String> CURVES =
      Map.of(
          "1.2.840.10045.3.1.7", "secp256r1",
          "1.3.132.0.34", "secp384r1",
          "1.3.132.0.35", "secp521r1");
  private static final int UNCOMPRESSED = 0x04;

  private TokenPublicKeys() {}

  /**
   * The public key: from the private key's own attributes (RSA), from the public key object of the
   * same CKA_ID, or from the certificate of the same CKA_ID. For a private key without CKA_ID it is
   * the one public key object that has the same label and no CKA_ID either, if there is no other
   * such private key. Null if the token has none of them.
   */
  static @Nullable PublicKey of(
      Context context, Found privateKey, List<FoundCertificate> certificates)
      throws CryptokiException {
    PublicKey own = read(context, privateKey.handle());
    if (own != null) {
      return own;
    }
    byte[] id = privateKey.object().id();
    if (id.length == 0) {
      return ofSameLabel(context, privateKey.object().label());
    }
    for (Found candidate : TokenObjects.of(context, Kind.PUBLIC_KEY)) {
      if (candidate.object().hasId(id)) {
        PublicKey key = read(context, candidate.handle());
        if (key != null) {
          return key;
        }
      }
    }
    for (FoundCertificate candidate : certificates) {
      if (candidate.object().hasId(id)) {
        return candidate.certificate().getPublicKey();
      }
    }
    return null;
  }

  /** Among several it could be any: a pair that has a CKA_ID, as a renewal makes, is no match. */
  private static @Nullable PublicKey ofSameLabel(Context context, String label)
      throws CryptokiException {
    List<Found> publicKeys = withoutId(context, Kind.PUBLIC_KEY, label);
    return publicKeys.size() == 1 && withoutId(context, Kind.PRIVATE_KEY, label).size() == 1
        ? read(context, publicKeys.get(0).handle())
        : null;
  }

  private static List<Found> withoutId(Context context, Kind kind, String label)
      throws CryptokiException {
    return TokenObjects.of(context, kind).stream()
        .filter(found -> found.object().id().length == 0 && found.object().label().equals(label))
        .toList();
  }

  /** Null if the object does not have a public key that is known here. */
  static @Nullable PublicKey read(Context context, long handle) throws CryptokiException {
    byte[] modulus = TokenObjects.attribute(context, handle, Ck.CKA_MODULUS);
    byte[] exponent = TokenObjects.attribute(context, handle, Ck.CKA_PUBLIC_EXPONENT);
    try {
      if (modulus.length > 0 && exponent.length > 0) {
        return KeyFactory.getInstance("RSA")
            .generatePublic(
                new RSAPublicKeySpec(new BigInteger(1, modulus), new BigInteger(1, exponent)));
      }
      byte[] curve = TokenObjects.attribute(context, handle, Ck.CKA_EC_PARAMS);
      byte[] point = TokenObjects.attribute(context, handle, Ck.CKA_EC_POINT);
      return curve.length == 0 || point.length == 0 ? null : ec(curve, point);
    } catch (GeneralSecurityException | Der.MalformedException e) {
      return null;
    }
  }

  private static @Nullable PublicKey ec(byte[] curve, byte[] encoded)
      throws GeneralSecurityException, Der.MalformedException {
    String name = CURVES.get(Der.dotted(new Der.Cursor(curve).next(Der.OID).content()));
    if (name == null) {
      return null;
    }
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec(name));
    ECParameterSpec named = parameters.getParameterSpec(ECParameterSpec.class);
    int field = (named.getCurve().getField().getFieldSize() + 7) / 8;
    // The standard wants the point in an OCTET STRING; some tokens leave that out.
    byte[] point =
        encoded.length == 1 + 2 * field
            ? encoded
            : new Der.Cursor(encoded).next(Der.OCTET_STRING).content();
    if (point.length != 1 + 2 * field || point[0] != UNCOMPRESSED) {
      return null;
    }
    ECPoint w =
        new ECPoint(
            new BigInteger(1, Arrays.copyOfRange(point, 1, 1 + field)),
            new BigInteger(1, Arrays.copyOfRange(point, 1 + field, point.length)));
    return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(w, named));
  }
}
