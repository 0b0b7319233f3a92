package io.mooring.keystore;

import java.security.PublicKey;
import java.util.Objects;
import java.util.Optional;

/**
 * A private key as {@link Pkcs11Token#keys} finds it in a token.
 *
 * @param object its names
 * @param publicKey its public half; empty if the token does not show it
 * @param use whether it waits for a certificate
 */
public record Pkcs11KeyEntry(Pkcs11Object object, Optional<PublicKey> publicKey, Use use) {
  /** Told by public keys, since CKA_IDs need not line up: other tools leave them out. */
  public enum Use {
    /** A certificate in the token is for this key. */
    CERTIFIED,
    /** No certificate in the token is for this key, and none bears its CKA_ID. */
    WAITING,
    /**
     * The token does not tell: it does not show the public half, or the CKA_ID belongs to another
     * key or certificate too. To be taken for a key in use.
     */
    UNKNOWN
  }

  /** Holds what was found. */
  public Pkcs11KeyEntry {
    Objects.requireNonNull(object, "object");
    Objects.requireNonNull(publicKey, "publicKey");
    Objects.requireNonNull(use, "use");
  }
}
