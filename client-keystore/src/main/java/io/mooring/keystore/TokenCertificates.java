package io.mooring.keystore;

import io.mooring.keystore.Pkcs11Exception.Reason;
import io.mooring.keystore.Pkcs11KeyEntry.Use;
import io.mooring.keystore.Pkcs11Object.Kind;
import io.mooring.keystore.TokenObjects.Found;
import io.mooring.keystore.TokenObjects.FoundCertificate;
import io.mooring.keystore.TokenSession.Context;
import io.mooring.keystore.internal.cryptoki.Ck;
import io.mooring.keystore.internal.cryptoki.CryptokiException;
import io.mooring.keystore.internal.cryptoki.Template;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Certificates in a token, and which key they go with. */
final class TokenCertificates {
  private static final int ISSUER_ID_BYTES = 20;

  private TokenCertificates() {}

  /** The certificate that a private key is used with. */
  record Choice(Found key, PublicKey publicKey, X509Certificate leaf, List<X509Certificate> rest) {}

  /**
   * Picks key and certificate. Of several certificates for keys that fit the name, the newest one
   * counts: so storing the certificate of a new key is what puts the new key in force.
   *
   * @param more certificates beside those in the token
   */
  static Choice choose(
      TokenSearch token,
      Context context,
      @Nullable Pkcs11Name keyName,
      @Nullable Pkcs11Name certificateName,
      Collection<X509Certificate> more)
      throws CryptokiException {
    List<Found> keys = TokenObjects.of(context, Kind.PRIVATE_KEY, keyName);
    if (keys.isEmpty()) {
      throw TokenObjects.missing(token, Kind.PRIVATE_KEY, keyName, context);
    }
    if (keys.stream().map(key -> key.object().label()).distinct().count() > 1) {
      throw TokenObjects.ambiguous(
          token, Kind.PRIVATE_KEY, keys.stream().map(Found::object).toList());
    }
    List<FoundCertificate> present = TokenObjects.certificates(context);
    List<X509Certificate> named = named(token, context, present, certificateName);
    Set<X509Certificate> candidates = new LinkedHashSet<>(named);
    if (certificateName == null) {
      candidates.addAll(more);
    }
    Set<X509Certificate> all = new LinkedHashSet<>(more);
    present.forEach(found -> all.add(found.certificate()));
    Choice fits = null;
    List<Found> unreadable = new ArrayList<>();
    for (Found key : keys) {
      PublicKey publicKey = TokenPublicKeys.of(context, key, present);
      if (publicKey == null) {
        unreadable.add(key);
      }
      for (X509Certificate candidate : candidates) {
        if (candidate.getPublicKey().equals(publicKey)) {
          fits = newer(fits, key, candidate, all);
        }
      }
    }
    Choice best = fits == null ? mayFit(context, unreadable, present, candidates, all) : fits;
    if (best == null) {
      throw noCertificate(token, keys, named, certificateName);
    }
    return best;
  }

  /**
   * Where a token does not show the public key: a certificate that is for no other key of the
   * token. The pre-flight finds out whether it fits.
   */
  private static @Nullable Choice mayFit(
      Context context,
      List<Found> unreadable,
      List<FoundCertificate> present,
      Set<X509Certificate> candidates,
      Set<X509Certificate> all)
      throws CryptokiException {
    if (unreadable.isEmpty()) {
      return null;
    }
    Set<PublicKey> others = new HashSet<>();
    for (Found key : TokenObjects.of(context, Kind.PRIVATE_KEY)) {
      PublicKey publicKey = TokenPublicKeys.of(context, key, present);
      if (publicKey != null) {
        others.add(publicKey);
      }
    }
    Choice best = null;
    for (Found key : unreadable) {
      for (X509Certificate candidate : candidates) {
        if (!others.contains(candidate.getPublicKey())) {
          best = newer(best, key, candidate, all);
        }
      }
    }
    return best;
  }

  private static @Nullable Choice newer(
      @Nullable Choice best, Found key, X509Certificate candidate, Set<X509Certificate> all) {
    if (isAuthority(candidate) || (best != null && !isNewer(candidate, best.leaf()))) {
      return best;
    }
    return new Choice(key, candidate.getPublicKey(), candidate, List.copyOf(all));
  }

  private static boolean isAuthority(X509Certificate certificate) {
    return certificate.getBasicConstraints() >= 0;
  }

  /** The keys under a label, with what the certificates in the token say of them. */
  static List<Pkcs11KeyEntry> entries(Context context, String label) throws CryptokiException {
    List<FoundCertificate> certificates = TokenObjects.certificates(context);
    List<Found> all = TokenObjects.of(context, Kind.PRIVATE_KEY);
    List<Pkcs11KeyEntry> entries = new ArrayList<>();
    for (Found key : all) {
      if (key.object().label().equals(label)) {
        PublicKey publicKey = TokenPublicKeys.of(context, key, certificates);
        entries.add(
            new Pkcs11KeyEntry(
                key.object(),
                Optional.ofNullable(publicKey),
                useOf(key, publicKey, all, certificates)));
      }
    }
    return List.copyOf(entries);
  }

  private static Use useOf(
      Found key,
      @Nullable PublicKey publicKey,
      List<Found> all,
      List<FoundCertificate> certificates) {
    byte[] id = key.object().id();
    if (publicKey == null || all.stream().filter(other -> other.object().hasId(id)).count() > 1) {
      return Use.UNKNOWN;
    }
    boolean claimed = false;
    for (FoundCertificate found : certificates) {
      if (found.certificate().getPublicKey().equals(publicKey)) {
        if (!isAuthority(found.certificate())) {
          return Use.CERTIFIED;
        }
        claimed = true;
      }
      claimed |= found.object().hasId(id);
    }
    return claimed ? Use.UNKNOWN : Use.WAITING;
  }

  /** Deletes a key whose public half is this one, and what is for it under its label. */
  static List<Pkcs11Object> delete(Context context, Pkcs11Object key, PublicKey publicKey)
      throws CryptokiException {
    List<FoundCertificate> certificates = TokenObjects.certificates(context);
    List<Found> doomed = new ArrayList<>();
    for (Found found : TokenObjects.of(context, Kind.PRIVATE_KEY)) {
      if (found.object().sameNameAs(key)
          && publicKey.equals(TokenPublicKeys.of(context, found, certificates))) {
        doomed.add(found);
      }
    }
    if (doomed.size() != 1) {
      return List.of();
    }
    for (Found found : TokenObjects.of(context, Kind.PUBLIC_KEY)) {
      if (found.object().label().equals(key.label())
          && publicKey.equals(TokenPublicKeys.read(context, found.handle()))) {
        doomed.add(found);
      }
    }
    for (FoundCertificate found : certificates) {
      if (found.object().label().equals(key.label())
          && found.certificate().getPublicKey().equals(publicKey)) {
        doomed.add(new Found(found.handle(), found.object()));
      }
    }
    for (Found found : doomed) {
      context.functions().destroy(context.session(), found.handle());
    }
    return doomed.stream().map(Found::object).toList();
  }

  private static boolean isNewer(X509Certificate one, X509Certificate other) {
    return Comparator.comparing(X509Certificate::getNotBefore)
            .thenComparing(X509Certificate::getNotAfter)
            .compare(one, other)
        > 0;
  }

  private static List<X509Certificate> named(
      TokenSearch token, Context context, List<FoundCertificate> present, @Nullable Pkcs11Name name)
      throws CryptokiException {
    List<X509Certificate> named =
        present.stream()
            .filter(found -> name == null || name.matches(found.object()))
            .map(FoundCertificate::certificate)
            .toList();
    if (named.isEmpty() && name != null) {
      throw TokenObjects.missing(token, Kind.CERTIFICATE, name, context);
    }
    return named;
  }

  private static Pkcs11Exception noCertificate(
      TokenSearch token,
      List<Found> keys,
      List<X509Certificate> named,
      @Nullable Pkcs11Name certificateName) {
    Pkcs11Object key = keys.get(0).object();
    if (certificateName != null) {
      return new Pkcs11Exception(
          Reason.KEY_MISMATCH,
          token
              + ": the certificate with "
              + certificateName
              + " is for another key than "
              + key
              + ". Name the certificate that was issued for this key.");
    }
    return new Pkcs11Exception(
        Reason.NO_CERTIFICATE,
        token
            + " holds "
            + key
            + " and no certificate for it; the certificates there are for other keys: "
            + named.stream().map(c -> c.getSubjectX500Principal().getName()).toList()
            + ". Store the certificate of the key, or name its file.");
  }

  /**
   * Stores a chain for the key of an id. Issuers come first and the leaf last, in one call that
   * puts it in force; what it replaces is removed after that. A crash leaves the old one or both,
   * of which the newer counts.
   */
  static void store(
      TokenSession session, String label, byte[] id, Collection<X509Certificate> certificates) {
    session.change(
        "store the certificate \"" + label + '"',
        context -> {
          X509Certificate leaf = leafOf(session.search(), context, id, certificates);
          List<X509Certificate> chain =
              CertificateChain.from(session.search().toString(), leaf, certificates).certificates();
          List<FoundCertificate> before = TokenObjects.certificates(context);
          for (X509Certificate issuer : chain.subList(1, chain.size())) {
            if (before.stream().noneMatch(found -> found.certificate().equals(issuer))) {
              create(context, label, issuerId(issuer), issuer);
            }
          }
          if (before.stream().noneMatch(found -> is(found, leaf, id))) {
            create(context, label, id, leaf);
          }
          removeReplaced(context, label, id, leaf);
          return chain;
        });
  }

  private static boolean is(FoundCertificate found, X509Certificate leaf, byte[] id) {
    return found.certificate().equals(leaf) && found.object().hasId(id);
  }

  private static X509Certificate leafOf(
      TokenSearch token, Context context, byte[] id, Collection<X509Certificate> certificates)
      throws CryptokiException {
    Pkcs11Name name = Pkcs11Name.id(id);
    List<Found> keys = TokenObjects.of(context, Kind.PRIVATE_KEY, name);
    if (keys.isEmpty()) {
      throw TokenObjects.missing(token, Kind.PRIVATE_KEY, name, context);
    }
    PublicKey publicKey = TokenPublicKeys.of(context, keys.get(0), List.of());
    for (X509Certificate candidate : certificates) {
      if (publicKey == null || publicKey.equals(candidate.getPublicKey())) {
        return candidate;
      }
    }
    throw new Pkcs11Exception(
        Reason.KEY_MISMATCH,
        token
            + ": none of "
            + certificates.stream().map(c -> c.getSubjectX500Principal().getName()).toList()
            + " is for "
            + keys.get(0).object()
            + ". Store the certificate that was issued for this key's request.");
  }

  /** The old leaf of the same id, and issuers under the label that no leaf needs any more. */
  private static void removeReplaced(Context context, String label, byte[] id, X509Certificate leaf)
      throws CryptokiException {
    List<FoundCertificate> left = new ArrayList<>();
    for (FoundCertificate found : TokenObjects.certificates(context)) {
      if (found.object().hasId(id) && !found.certificate().equals(leaf)) {
        context.functions().destroy(context.session(), found.handle());
      } else {
        left.add(found);
      }
    }
    List<X509Certificate> all = left.stream().map(FoundCertificate::certificate).toList();
    Set<X509Certificate> needed = new LinkedHashSet<>();
    for (FoundCertificate found : left) {
      if (!isOwnIssuer(found, label)) {
        needed.addAll(CertificateChain.from(label, found.certificate(), all).certificates());
      }
    }
    for (FoundCertificate found : left) {
      if (isOwnIssuer(found, label) && !needed.contains(found.certificate())) {
        context.functions().destroy(context.session(), found.handle());
      }
    }
  }

  private static boolean isOwnIssuer(FoundCertificate found, String label) {
    return found.object().label().equals(label)
        && found.object().hasId(issuerId(found.certificate()));
  }

  private static void create(Context context, String label, byte[] id, X509Certificate certificate)
      throws CryptokiException {
    context
        .functions()
        .create(
            context.session(),
            Template.of()
                .number(Ck.CKA_CLASS, Ck.CKO_CERTIFICATE)
                .number(Ck.CKA_CERTIFICATE_TYPE, Ck.CKC_X_509)
                .flag(Ck.CKA_TOKEN, true)
                .flag(Ck.CKA_PRIVATE, false)
                .text(Ck.CKA_LABEL, label)
                .bytes(Ck.CKA_ID, id)
                .bytes(Ck.CKA_SUBJECT, certificate.getSubjectX500Principal().getEncoded())
                .bytes(Ck.CKA_ISSUER, certificate.getIssuerX500Principal().getEncoded())
                .bytes(Ck.CKA_SERIAL_NUMBER, serial(certificate.getSerialNumber()))
                .bytes(Ck.CKA_VALUE, encoded(certificate)));
  }

  private static byte[] serial(BigInteger number) {
    return Der.element(Der.INTEGER, number.toByteArray());
  }

  /** Told from the certificate, so that the same issuer is never stored twice. */
  private static byte[] issuerId(X509Certificate certificate) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(encoded(certificate));
      return Arrays.copyOf(digest, ISSUER_ID_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalArgumentException(
          "a certificate without an encoding: "
              + HexFormat.of().formatHex(certificate.getSerialNumber().toByteArray()),
          e);
    }
  }
}
