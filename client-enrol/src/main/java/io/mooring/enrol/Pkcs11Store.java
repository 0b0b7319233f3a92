package io.mooring.enrol;

import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.SigningKey;
import io.mooring.keystore.KeyAlgorithm;
import io.mooring.keystore.Pkcs11Identity;
import io.mooring.keystore.Pkcs11KeyPair;
import io.mooring.keystore.Pkcs11Name;
import io.mooring.keystore.Pkcs11Object;
import io.mooring.keystore.Pkcs11Token;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Identity and pending key in a PKCS#11 token: key pairs under one label, each with an id of its
 * own. One that has a certificate in the token is the identity (the newest certificate counts), one
 * that has none is pending. Storing the certificate is the one call that puts a key in force.
 *
 * <p>With {@link #promote} the key before is deleted: who holds an identity of it opens the
 * identity again.
 */
public final class Pkcs11Store implements IdentityStore {
  private final Pkcs11Token token;
  private final String label;

  private Pkcs11Store(Pkcs11Token token, String label) {
    this.token = token;
    this.label = label;
  }

  /**
   * Works on the keys of one label.
   *
   * @param token stays open, and the caller's to close
   * @param label CKA_LABEL of the keys and certificates, 1 to 255 characters
   */
  public static Pkcs11Store of(Pkcs11Token token, String label) {
    Pkcs11Name.label(label);
    return new Pkcs11Store(Objects.requireNonNull(token, "token"), label);
  }

  @Override
  public Optional<DeviceIdentity> identity() {
    return inForce().map(identity -> identity);
  }

  private Optional<Pkcs11Identity> inForce() {
    List<Pkcs11Object> objects = token.objects();
    boolean certified = keys(objects).stream().anyMatch(key -> hasCertificate(key, objects));
    return certified ? Optional.of(token.identity(Pkcs11Name.label(label))) : Optional.empty();
  }

  @Override
  public Optional<SigningKey> pendingKey() {
    return pending().map(id -> token.keyPair(Pkcs11Name.of(label, id)));
  }

  @Override
  public SigningKey generatePendingKey(KeyAlgorithm algorithm) {
    // First, so that a crash leaves none rather than two of which nobody knows the newer.
    pending().ifPresent(id -> token.delete(Pkcs11Name.of(label, id)));
    return token.generateKeyPair(label, Pkcs11Token.newId(), algorithm);
  }

  @Override
  public DeviceIdentity candidate(List<X509Certificate> chain) {
    return token.identity(Pkcs11Name.of(label, requirePending()), null, chain);
  }

  @Override
  public void promote(List<X509Certificate> chain) {
    byte[] id = requirePending();
    List<Pkcs11Object> before = token.objects();
    token.storeCertificateChain(label, id, chain);
    for (Pkcs11Object key : keys(before)) {
      if (hasCertificate(key, before)) {
        token.delete(Pkcs11Name.of(label, key.id()));
      }
    }
  }

  @Override
  public void replaceChain(List<X509Certificate> chain) {
    Pkcs11KeyPair key =
        inForce()
            .orElseThrow(
                () ->
                    new EnrolmentException(
                        EnrolmentException.Reason.NOT_ENROLLED,
                        "The token holds no certificate \"" + label + "\" to replace."))
            .keyPair();
    token.storeCertificateChain(label, key.id(), chain);
  }

  private byte[] requirePending() {
    return pending()
        .orElseThrow(
            () ->
                new EnrolmentException(
                    EnrolmentException.Reason.NOT_ENROLLED,
                    "The token holds no key \""
                        + label
                        + "\" that waits for its certificate. Make one: keygen."));
  }

  private Optional<byte[]> pending() {
    List<Pkcs11Object> objects = token.objects();
    return keys(objects).stream()
        .filter(key -> !hasCertificate(key, objects))
        .map(Pkcs11Object::id)
        .filter(id -> id.length > 0)
        .findFirst();
  }

  private List<Pkcs11Object> keys(List<Pkcs11Object> objects) {
    return objects.stream()
        .filter(object -> object.kind() == Pkcs11Object.Kind.PRIVATE_KEY)
        .filter(object -> object.label().equals(label))
        .toList();
  }

  private static boolean hasCertificate(Pkcs11Object key, List<Pkcs11Object> objects) {
    return objects.stream()
        .filter(object -> object.kind() == Pkcs11Object.Kind.CERTIFICATE)
        .anyMatch(object -> MessageDigest.isEqual(object.id(), key.id()));
  }

  /** Nothing: the token is the caller's. */
  @Override
  public void close() {}

  /** The label; there is nothing else to show. */
  @Override
  public String toString() {
    return "Pkcs11Store[" + label + "]";
  }
}
