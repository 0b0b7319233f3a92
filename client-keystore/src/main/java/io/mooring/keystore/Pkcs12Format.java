package io.mooring.keystore;

import io.mooring.keystore.DeviceKeystoreException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of a PKCS#12 file (RFC 7292) to the JDK's KeyStore and back. The JDK skips the integrity
 * check of a file that has no MAC, so the outer structure is read here first.
 */
final class Pkcs12Format {
  private static final String JKS_MAGIC = "\u00fe\u00ed\u00fe\u00ed";

  private Pkcs12Format() {}

  /** An empty store. */
  static KeyStore empty() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("every Java platform has PKCS12", e);
    }
  }

  /** Decodes and checks integrity; {@code where} starts the messages. */
  static KeyStore decode(String where, byte[] bytes, char[] password) {
    requirePkcs12WithMac(where, bytes);
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(bytes), password);
      return store;
    } catch (IOException e) {
      throw refusal(where, e);
    } catch (GeneralSecurityException e) {
      throw new DeviceKeystoreException(
          Reason.DAMAGED, where + " holds an entry that Java does not read: " + e + ".", e);
    }
  }

  /** Encodes, and proves that what will be written can be read back with its MAC. */
  static byte[] encode(String where, KeyStore store, char[] password) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      store.store(out, password);
      byte[] bytes = out.toByteArray();
      if (bytes.length > GuardedFile.MAX_BYTES) {
        throw new DeviceKeystoreException(
            Reason.TOO_LARGE,
            where + " would be larger than 1048576 bytes. Put fewer certificates into it.");
      }
      decode(where, bytes, password);
      return bytes;
    } catch (IOException | GeneralSecurityException e) {
      throw new DeviceKeystoreException(
          Reason.WRITE_FAILED, where + " cannot be encoded: " + e + ".", e);
    }
  }

  /**
   * The JDK decrypts before it checks the MAC, and a wrong password decrypts to garbage that passes
   * as padding once in 256 times. So every failure behind a sound outside means the same.
   */
  private static DeviceKeystoreException refusal(String where, IOException e) {
    return has(e, NoSuchAlgorithmException.class)
        ? new DeviceKeystoreException(
            Reason.UNSUPPORTED,
            where
                + " uses an algorithm that this Java does not know: "
                + e.getMessage()
                + ". Export it again: openssl pkcs12 -export",
            e)
        : new DeviceKeystoreException(
            Reason.WRONG_PASSWORD,
            where
                + " does not open with this password. Wrong password, or the file was altered: the"
                + " two look the same. Check the password; if it is right, restore the file.",
            e);
  }

  private static boolean has(@Nullable Throwable chain, Class<? extends Throwable> type) {
    for (Throwable at = chain; at != null; at = at.getCause()) {
      if (type.isInstance(at)) {
        return true;
      }
    }
    return false;
  }

  private static void requirePkcs12WithMac(String where, byte[] bytes) {
    if (bytes[0] != Der.SEQUENCE) {
      throw new DeviceKeystoreException(
          Reason.WRONG_FORMAT, where + " is not a PKCS#12 file: " + looksLike(bytes));
    }
    Der.Cursor top = new Der.Cursor(bytes);
    Der.Cursor pfx;
    try {
      pfx = top.next(Der.SEQUENCE).enter();
    } catch (Der.TooShortException e) {
      throw new DeviceKeystoreException(
          Reason.TRUNCATED,
          where
              + " is cut off: "
              + e.getMessage()
              + ". A copy may have been interrupted: restore the file.",
          e);
    } catch (IOException e) {
      throw notDer(where, e);
    }
    try {
      byte[] version = pfx.next(Der.INTEGER).content();
      if (version.length != 1 || version[0] != 3) {
        throw new IOException("version is not 3");
      }
      pfx.next(Der.SEQUENCE);
    } catch (IOException e) {
      throw notDer(where, e);
    }
    if (top.hasMore()) {
      throw new DeviceKeystoreException(
          Reason.DAMAGED,
          where + " has bytes after its end. Restore the file; nothing may be appended to it.");
    }
    if (!pfx.hasMore()) {
      throw new DeviceKeystoreException(
          Reason.NO_INTEGRITY,
          where
              + " has no MAC, so that anybody could alter its pins and authorities unseen. Make it"
              + " anew without -nomac.");
    }
  }

  private static DeviceKeystoreException notDer(String where, IOException e) {
    return new DeviceKeystoreException(
        Reason.WRONG_FORMAT,
        where
            + " is not a PKCS#12 file in DER: "
            + e.getMessage()
            + ". Export it again: openssl pkcs12 -export",
        e);
  }

  private static String looksLike(byte[] bytes) {
    String head = new String(bytes, 0, Math.min(bytes.length, 512), StandardCharsets.ISO_8859_1);
    if (head.contains("-----BEGIN")) {
      return "it is PEM. Open it with PemIdentity, or convert: openssl pkcs12 -export";
    }
    if (head.startsWith(JKS_MAGIC)) {
      return "it is a JKS keystore. Convert: keytool -importkeystore -deststoretype pkcs12";
    }
    return "its first byte is 0x"
        + HexFormat.of().toHexDigits(bytes[0])
        + ". Is it the right file?";
  }
}
