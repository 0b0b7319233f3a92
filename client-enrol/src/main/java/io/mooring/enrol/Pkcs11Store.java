package io.mooring.enrol;

import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.SigningKey;
import io.mooring.keystore.KeyAlgorithm;
import io.mooring.keystore.Pkcs11Exception;
import io.mooring.keystore.Pkcs11Identity;
import io.mooring.keystore.Pkcs11KeyEntry;
import io.mooring.keystore.Pkcs11KeyEntry.Use;
import io.mooring.keystore.Pkcs11KeyPair;
import io.mooring.keystore.Pkcs11Name;
import io.mooring.keystore.Pkcs11Token;
import java.security.cert.X509Certificate;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Identity and pending key in a PKCS#11 token: key pairs under one label, each with an id of its
 * own. One that a certificate in the token is for is the identity (the newest certificate counts),
 * one that none is for is pending. Public keys tell which, not ids: other tools leave those out. A
 * key whose public half the token does not show is taken for one in use, and never deleted here.
 * Storing the certificate is the one call that puts a key in force.
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
    List<Pkcs11KeyEntry> keys = token.keys(label);
    if (keys.stream().allMatch(key -> key.use() == Use.WAITING)) {
      return Optional.empty();
    }
    try {
      return Optional.of(token.identity(Pkcs11Name.label(label)));
    } catch (Pkcs11Exception e) {
      if (e.reason() == Pkcs11Exception.Reason.NO_CERTIFICATE) {
        // Only a key that the token does not tell of: there is no certificate that it could have.
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public Optional<SigningKey> pendingKey() {
    return pending().map(id -> token.keyPair(Pkcs11Name.of(label, id)));
  }

  @Override
  public SigningKey generatePendingKey(KeyAlgorithm algorithm) {
    List<Pkcs11KeyEntry> before = waiting();
    // First, so that a token that makes no key leaves the one that is there.
    Pkcs11KeyPair made = token.generateKeyPair(label, Pkcs11Token.newId(), algorithm);
    before.forEach(token::delete);
    return made;
  }

  @Override
  public DeviceIdentity candidate(List<X509Certificate> chain) {
    return token.identity(Pkcs11Name.of(label, requirePending()), null, chain);
  }

  @Override
  public void promote(List<X509Certificate> chain) {
    byte[] id = requirePending();
    List<Pkcs11KeyEntry> before =
        token.keys(label).stream().filter(key -> key.use() == Use.CERTIFIED).toList();
    token.storeCertificateChain(label, id, chain);
    before.forEach(token::delete);
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
    if (key.id().length == 0) {
      throw new EnrolmentException(
          EnrolmentException.Reason.WRONG_KEY,
          "The key \""
              + label
              + "\" in use has no CKA_ID that its next certificate could be stored under. Renew"
              + " with a new key, or give key, public key and certificate one id with the token's"
              + " tool.");
    }
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

  /**
   * Of several that a crash left, the one of the lowest id: tokens list in no order, and a request
   * and its certificate must mean the same key.
   */
  private Optional<byte[]> pending() {
    return waiting().stream()
        .map(key -> key.object().id())
        .min(Comparator.comparing(HexFormat.of()::formatHex));
  }

  /** Without an id a key cannot be given its certificate. */
  private List<Pkcs11KeyEntry> waiting() {
    return token.keys(label).stream()
        .filter(key -> key.use() == Use.WAITING && key.object().id().length > 0)
        .toList();
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
