package io.mooring.keystore;

import io.mooring.keystore.Pkcs11Exception.Reason;
import io.mooring.keystore.Pkcs11Object.Kind;
import io.mooring.keystore.TokenSession.Context;
import io.mooring.keystore.internal.cryptoki.Ck;
import io.mooring.keystore.internal.cryptoki.CryptokiException;
import io.mooring.keystore.internal.cryptoki.Template;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds objects by their names. */
final class TokenObjects {
  private TokenObjects() {}

  /** An object and its handle, which is good for the session of the context only. */
  record Found(long handle, Pkcs11Object object) {}

  /** A certificate object and what it holds. */
  record FoundCertificate(long handle, Pkcs11Object object, X509Certificate certificate) {}

  /** All objects of the kinds known here. */
  static List<Found> all(Context context) throws CryptokiException {
    List<Found> all = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      all.addAll(of(context, kind));
    }
    return all;
  }

  /** All objects of one kind. */
  static List<Found> of(Context context, Kind kind) throws CryptokiException {
    Template template = Template.of().number(Ck.CKA_CLASS, classOf(kind)).flag(Ck.CKA_TOKEN, true);
    List<Found> found = new ArrayList<>();
    for (long handle : context.functions().find(context.session(), template)) {
      byte[] label = attribute(context, handle, Ck.CKA_LABEL);
      byte[] id = kind == Kind.DATA ? new byte[0] : attribute(context, handle, Ck.CKA_ID);
      found.add(
          new Found(
              handle,
              new Pkcs11Object(kind, new String(label, StandardCharsets.UTF_8).strip(), id)));
    }
    return found;
  }

  /** The objects of one kind that bear a name; null for any name. */
  static List<Found> of(Context context, Kind kind, @Nullable Pkcs11Name name)
      throws CryptokiException {
    return of(context, kind).stream()
        .filter(found -> name == null || name.matches(found.object()))
        .toList();
  }

  /** The X.509 certificates in the token; what cannot be parsed is left out. */
  static List<FoundCertificate> certificates(Context context) throws CryptokiException {
    List<FoundCertificate> certificates = new ArrayList<>();
    for (Found found : of(context, Kind.CERTIFICATE)) {
      X509Certificate certificate = parse(attribute(context, found.handle(), Ck.CKA_VALUE));
      if (certificate != null) {
        certificates.add(new FoundCertificate(found.handle(), found.object(), certificate));
      }
    }
    return certificates;
  }

  /** An attribute; empty if the object does not have it. */
  static byte[] attribute(Context context, long handle, long type) throws CryptokiException {
    byte[] value = context.functions().attribute(context.session(), handle, type);
    return value == null ? new byte[0] : value;
  }

  /** The error for a name that nothing bears, with the names that are there. */
  static Pkcs11Exception missing(
      TokenSearch token, Kind kind, @Nullable Pkcs11Name name, Context context)
      throws CryptokiException {
    return new Pkcs11Exception(
        Reason.NO_SUCH_OBJECT,
        token
            + " holds no "
            + words(kind)
            + (name == null ? "" : " with " + name)
            + "; present: "
            + listed(all(context).stream().map(Found::object).toList())
            + ". Correct the name, or make the object first.");
  }

  /** The error for a name that several bear. */
  static Pkcs11Exception ambiguous(TokenSearch token, Kind kind, List<Pkcs11Object> several) {
    return new Pkcs11Exception(
        Reason.AMBIGUOUS,
        token
            + " holds several objects that fit: "
            + listed(several)
            + ". Name the label or the id of one "
            + words(kind)
            + ".");
  }

  static String words(Kind kind) {
    return switch (kind) {
      case PRIVATE_KEY -> "private key";
      case PUBLIC_KEY -> "public key";
      case CERTIFICATE -> "certificate";
      case SECRET_KEY -> "secret key";
      case DATA -> "data object";
    };
  }

  private static String listed(List<Pkcs11Object> objects) {
    return objects.isEmpty()
        ? "nothing"
        : objects.stream().map(Pkcs11Object::toString).sorted().collect(Collectors.joining(", "));
  }

  private static @Nullable X509Certificate parse(byte[] der) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      return null;
    }
  }

  private static long classOf(Kind kind) {
    return switch (kind) {
      case PRIVATE_KEY -> Ck.CKO_PRIVATE_KEY;
      case PUBLIC_KEY -> Ck.CKO_PUBLIC_KEY;
      case CERTIFICATE -> Ck.CKO_CERTIFICATE;
      case SECRET_KEY -> Ck.CKO_SECRET_KEY;
      case DATA -> Ck.CKO_DATA;
    };
  }
}
