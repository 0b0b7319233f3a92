package io.mooring.keystore;

import java.security.MessageDigest;
import java.util.HexFormat;

/** One object in a token, by its names; never its content. */
public final class Pkcs11Object {
  /** CKA_CLASS of the object. */
  public enum Kind {
    /** CKO_PRIVATE_KEY. */
    PRIVATE_KEY,
    /** CKO_PUBLIC_KEY. */
    PUBLIC_KEY,
    /** CKO_CERTIFICATE. */
    CERTIFICATE,
    /** CKO_SECRET_KEY. */
    SECRET_KEY,
    /** CKO_DATA. */
    DATA
  }

  private final Kind kind;
  private final String label;
  private final byte[] id;

  Pkcs11Object(Kind kind, String label, byte[] id) {
    this.kind = kind;
    this.label = label;
    this.id = id.clone();
  }

  /** What it is. */
  public Kind kind() {
    return kind;
  }

  /** CKA_LABEL; may be empty. */
  public String label() {
    return label;
  }

  /** A copy of CKA_ID; may be empty. */
  public byte[] id() {
    return id.clone();
  }

  /** Whether CKA_ID is this one; never for an empty one. */
  boolean hasId(byte[] wanted) {
    return id.length > 0 && MessageDigest.isEqual(id, wanted);
  }

  /** Whether both bear the same label and id. */
  boolean sameNameAs(Pkcs11Object other) {
    return label.equals(other.label) && MessageDigest.isEqual(id, other.id);
  }

  /** Kind, label and id, as a list for people shows them. */
  @Override
  public String toString() {
    return kind + " \"" + label + "\" id " + (id.length == 0 ? "-" : HexFormat.of().formatHex(id));
  }
}
