package io.mooring.keystore;

import io.mooring.keystore.Pkcs11Exception.Reason;
import io.mooring.keystore.Pkcs11Object.Kind;
import io.mooring.keystore.TokenObjects.Found;
import io.mooring.keystore.TokenSession.Context;
import io.mooring.keystore.internal.cryptoki.Ck;
import io.mooring.keystore.internal.cryptoki.CryptokiException;
import io.mooring.keystore.internal.cryptoki.Template;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** SCRAM keys in a token: a secret key and, beside it, the data object that says what it is for. */
final class TokenScram {
  private static final String APPLICATION = "mooring-scram";

  private TokenScram() {}

  /** The binding as the token holds it, with the handle of the data object. */
  private record Stored(long handle, ScramBinding binding) {}

  /**
   * Puts a SaltedPassword into the token, in place of the one under the label. The old one stays in
   * force until the new data object is there, which is one call to the token.
   */
  static Pkcs11SaltedPassword store(
      TokenSession session, String label, ScramBinding wanted, byte[] saltedPassword) {
    byte[] id = HexFormat.of().parseHex(wanted.keyId());
    byte[] check = hmac(wanted.hmac(), saltedPassword);
    TokenKey key = new TokenKey(session, new Pkcs11Object(Kind.SECRET_KEY, label, id));
    return session.change(
        "store the SCRAM key \"" + label + '"',
        context -> {
          List<Stored> before = stored(context, label);
          context.functions().create(context.session(), secretKey(label, id, saltedPassword));
          ScramBinding binding = sequenced(wanted, before, check);
          requireChecks(key, binding, context);
          context.functions().create(context.session(), document(label, binding));
          removeAllBut(context, label, binding);
          return new Pkcs11SaltedPassword(session, key, binding);
        });
  }

  /** Writes the data object for a key that is there already. */
  static Pkcs11SaltedPassword adopt(TokenSession session, Pkcs11Name name, ScramBinding wanted) {
    return session.changeWhatIsNew(
        "adopt the SCRAM key with " + name,
        context -> {
          List<Found> keys = TokenObjects.of(context, Kind.SECRET_KEY, name);
          if (keys.isEmpty()) {
            throw TokenObjects.missing(session.search(), Kind.SECRET_KEY, name, context);
          }
          if (keys.size() > 1) {
            throw TokenObjects.ambiguous(
                session.search(), Kind.SECRET_KEY, keys.stream().map(Found::object).toList());
          }
          Pkcs11Object object = keys.get(0).object();
          TokenKey key = new TokenKey(session, object);
          byte[] check =
              Pkcs11SaltedPassword.mac(context, key, wanted, ScramBinding.checkMessage());
          ScramBinding binding =
              sequenced(
                  new ScramBinding(
                      wanted.mechanism(),
                      wanted.userName(),
                      wanted.salt(),
                      wanted.iterations(),
                      HexFormat.of().formatHex(object.id()),
                      0,
                      ""),
                  stored(context, object.label()),
                  check);
          context.functions().create(context.session(), document(object.label(), binding));
          removeAllBut(context, object.label(), binding);
          return new Pkcs11SaltedPassword(session, key, binding);
        });
  }

  /** The labels under which there are SCRAM keys. */
  static List<String> labels(Context context) throws CryptokiException {
    return TokenObjects.of(context, Kind.DATA).stream()
        .filter(found -> isScram(context, found))
        .map(found -> found.object().label())
        .distinct()
        .sorted()
        .toList();
  }

  /** The newest SCRAM key under a label; null for the only label there is. */
  static Pkcs11SaltedPassword load(TokenSession session, @Nullable Pkcs11Name name) {
    return session.call(
        "load its SCRAM key",
        context -> {
          List<Found> documents =
              TokenObjects.of(context, Kind.DATA).stream()
                  .filter(found -> name == null || named(name, found))
                  .filter(found -> isScram(context, found))
                  .toList();
          if (documents.isEmpty()) {
            throw TokenObjects.missing(session.search(), Kind.DATA, name, context);
          }
          if (documents.stream().map(found -> found.object().label()).distinct().count() > 1) {
            throw TokenObjects.ambiguous(
                session.search(), Kind.DATA, documents.stream().map(Found::object).toList());
          }
          return newest(session, documents.get(0).object().label(), context);
        });
  }

  private static boolean named(Pkcs11Name name, Found found) {
    return found.object().label().equals(name.label());
  }

  private static Pkcs11SaltedPassword newest(TokenSession session, String label, Context context)
      throws CryptokiException {
    Pkcs11SaltedPassword best = null;
    long sequence = Long.MIN_VALUE;
    for (Stored stored : stored(context, label)) {
      TokenKey key = keyOf(session, label, stored.binding());
      if (stored.binding().sequence() > sequence && exists(context, key)) {
        requireChecks(key, stored.binding(), context);
        best = new Pkcs11SaltedPassword(session, key, stored.binding());
        sequence = stored.binding().sequence();
      }
    }
    if (best == null) {
      throw TokenObjects.missing(
          session.search(), Kind.SECRET_KEY, Pkcs11Name.label(label), context);
    }
    return best;
  }

  private static TokenKey keyOf(TokenSession session, String label, ScramBinding binding) {
    return new TokenKey(
        session,
        new Pkcs11Object(Kind.SECRET_KEY, label, HexFormat.of().parseHex(binding.keyId())));
  }

  private static boolean exists(Context context, TokenKey key) throws CryptokiException {
    for (Found found : TokenObjects.of(context, Kind.SECRET_KEY)) {
      if (found.object().sameNameAs(key.object())) {
        return true;
      }
    }
    return false;
  }

  private static ScramBinding sequenced(ScramBinding wanted, List<Stored> before, byte[] check) {
    long last = before.stream().mapToLong(stored -> stored.binding().sequence()).max().orElse(0);
    return new ScramBinding(
        wanted.mechanism(),
        wanted.userName(),
        wanted.salt(),
        wanted.iterations(),
        wanted.keyId(),
        last + 1,
        Base64.getEncoder().encodeToString(check));
  }

  /** The token computes what it should: the mechanism is there and the key is the right one. */
  private static void requireChecks(TokenKey key, ScramBinding binding, Context context)
      throws CryptokiException {
    byte[] computed = Pkcs11SaltedPassword.mac(context, key, binding, ScramBinding.checkMessage());
    if (!MessageDigest.isEqual(computed, Base64.getDecoder().decode(binding.check()))) {
      throw new Pkcs11Exception(
          Reason.DAMAGED,
          key
              + ": the SCRAM key and its data object do not belong together. Store the SCRAM key"
              + " again.");
    }
  }

  private static void removeAllBut(Context context, String label, ScramBinding kept)
      throws CryptokiException {
    List<String> gone = new ArrayList<>();
    for (Stored stored : stored(context, label)) {
      if (stored.binding().sequence() != kept.sequence()) {
        context.functions().destroy(context.session(), stored.handle());
        if (!stored.binding().keyId().equals(kept.keyId())) {
          gone.add(stored.binding().keyId());
        }
      }
    }
    for (Found key : TokenObjects.of(context, Kind.SECRET_KEY, Pkcs11Name.label(label))) {
      if (gone.contains(HexFormat.of().formatHex(key.object().id()))) {
        context.functions().destroy(context.session(), key.handle());
      }
    }
  }

  private static List<Stored> stored(Context context, String label) throws CryptokiException {
    List<Stored> stored = new ArrayList<>();
    for (Found found : TokenObjects.of(context, Kind.DATA, Pkcs11Name.label(label))) {
      if (isScram(context, found)) {
        byte[] value = TokenObjects.attribute(context, found.handle(), Ck.CKA_VALUE);
        try {
          stored.add(new Stored(found.handle(), ScramBinding.decode(value)));
        } catch (IOException e) {
          throw new Pkcs11Exception(
              Reason.DAMAGED,
              found.object()
                  + " is no description of a SCRAM key: "
                  + e.getMessage()
                  + ". Delete it and store the SCRAM key again.",
              e);
        }
      }
    }
    return stored;
  }

  private static boolean isScram(Context context, Found found) {
    try {
      byte[] application = TokenObjects.attribute(context, found.handle(), Ck.CKA_APPLICATION);
      return new String(application, StandardCharsets.UTF_8).equals(APPLICATION);
    } catch (CryptokiException e) {
      return false;
    }
  }

  private static Template secretKey(String label, byte[] id, byte[] value) {
    return Template.of()
        .number(Ck.CKA_CLASS, Ck.CKO_SECRET_KEY)
        .number(Ck.CKA_KEY_TYPE, Ck.CKK_GENERIC_SECRET)
        .flag(Ck.CKA_TOKEN, true)
        .flag(Ck.CKA_PRIVATE, true)
        .flag(Ck.CKA_SENSITIVE, true)
        .flag(Ck.CKA_EXTRACTABLE, false)
        .flag(Ck.CKA_SIGN, true)
        .flag(Ck.CKA_VERIFY, false)
        .flag(Ck.CKA_ENCRYPT, false)
        .flag(Ck.CKA_DECRYPT, false)
        .flag(Ck.CKA_WRAP, false)
        .flag(Ck.CKA_UNWRAP, false)
        .flag(Ck.CKA_DERIVE, false)
        .text(Ck.CKA_LABEL, label)
        .bytes(Ck.CKA_ID, id)
        .bytes(Ck.CKA_VALUE, value);
  }

  private static Template document(String label, ScramBinding binding) {
    return Template.of()
        .number(Ck.CKA_CLASS, Ck.CKO_DATA)
        .flag(Ck.CKA_TOKEN, true)
        .flag(Ck.CKA_PRIVATE, true)
        .text(Ck.CKA_LABEL, label)
        .text(Ck.CKA_APPLICATION, APPLICATION)
        .bytes(Ck.CKA_VALUE, binding.encode());
  }

  private static byte[] hmac(String algorithm, byte[] saltedPassword) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(saltedPassword, algorithm));
      return mac.doFinal(ScramBinding.checkMessage());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform lacks " + algorithm, e);
    }
  }
}
