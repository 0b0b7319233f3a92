package io.mooring.keystore;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** What names an object in a token: CKA_LABEL, CKA_ID, or both. Immutable. */
public final class Pkcs11Name {
  private static final int MAX_BYTES = 255;

  private final @Nullable String label;
  private final byte @Nullable [] id;

  private Pkcs11Name(@Nullable String label, byte @Nullable [] id) {
    this.label = label;
    this.id = id;
  }

  /**
   * Names by CKA_LABEL alone.
   *
   * @param label 1 to 255 characters
   */
  public static Pkcs11Name label(String label) {
    return new Pkcs11Name(requireLabel(label), null);
  }

  /**
   * Names by CKA_ID alone.
   *
   * @param id 1 to 255 bytes; copied
   */
  public static Pkcs11Name id(byte[] id) {
    return new Pkcs11Name(null, requireId(id));
  }

  /**
   * Names by both.
   *
   * @param label 1 to 255 characters
   * @param id 1 to 255 bytes; copied
   */
  public static Pkcs11Name of(String label, byte[] id) {
    return new Pkcs11Name(requireLabel(label), requireId(id));
  }

  /** Whether an object bears this name. */
  public boolean matches(Pkcs11Object object) {
    return (label == null || label.equals(object.label())) && (id == null || object.hasId(id));
  }

  @Nullable String label() {
    return label;
  }

  byte @Nullable [] id() {
    return id == null ? null : id.clone();
  }

  static String requireLabel(String label) {
    if (label.isEmpty() || label.length() > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a label has 1 to " + MAX_BYTES + " characters, not " + label.length());
    }
    return label;
  }

  static byte[] requireId(byte[] id) {
    if (id.length == 0 || id.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a CKA_ID has 1 to " + MAX_BYTES + " bytes, not " + id.length);
    }
    return id.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Pkcs11Name that && toString().equals(that.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /** As a message shows it: {@code label "mqtt", id 0a01}. */
  @Override
  public String toString() {
    String hex = id == null ? "" : "id " + HexFormat.of().formatHex(id);
    return label == null ? hex : "label \"" + label + "\"" + (hex.isEmpty() ? "" : ", " + hex);
  }
}
