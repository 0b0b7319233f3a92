package io.mooring.keystore;

import io.mooring.identity.Secret;
import io.mooring.keystore.DeviceKeystoreException.Reason;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/** Private keys out of PEM blocks: PKCS#8 (RFC 5958), SEC 1 (RFC 5915) and PKCS#1 (RFC 8017). */
final class PemKeys {
  private static final byte[] VERSION_0 = Der.element(Der.INTEGER, new byte[] {0});
  private static final byte[] OID_EC = {0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x02, 0x01};
  private static final byte[] OID_RSA = {
    0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 0x01, 0x01, 0x01
  };

  private PemKeys() {}

  static boolean isKey(PemFile.Block block) {
    return block.label().endsWith("PRIVATE KEY");
  }

  /** Reads the key of a block; {@code where} starts the messages. */
  static PrivateKey read(String where, PemFile.Block block, @Nullable Secret password) {
    byte[] pkcs8 = null;
    try {
      pkcs8 =
          switch (block.label()) {
            case "PRIVATE KEY" -> block.der().clone();
            case "EC PRIVATE KEY" -> wrapSec1(where, block.der());
            case "RSA PRIVATE KEY" ->
                wrap(block.der(), Der.element(Der.OID, OID_RSA), Der.element(0x05));
            case "ENCRYPTED PRIVATE KEY" -> decrypt(where, block.der(), password);
            default ->
                throw new DeviceKeystoreException(
                    Reason.UNSUPPORTED,
                    where
                        + ", line "
                        + block.line()
                        + ": a '"
                        + block.label()
                        + "' is not read. Convert: openssl pkcs8 -topk8 -in OLD.pem -out NEW.pem");
          };
      return fromPkcs8(where, pkcs8);
    } catch (IOException e) {
      throw new DeviceKeystoreException(
          Reason.DAMAGED,
          where
              + ", line "
              + block.line()
              + ": the content of '"
              + block.label()
              + "' is not a private key ("
              + e.getMessage()
              + "). Restore the file.",
          e);
    } finally {
      if (pkcs8 != null) {
        Arrays.fill(pkcs8, (byte) 0);
      }
    }
  }

  private static PrivateKey fromPkcs8(String where, byte[] pkcs8) throws IOException {
    Der.Cursor key = new Der.Cursor(pkcs8).next(Der.SEQUENCE).enter();
    String oid =
        Der.dotted(key.next(Der.INTEGER).next(Der.SEQUENCE).enter().next(Der.OID).content());
    String algorithm =
        switch (oid) {
          case "1.2.840.10045.2.1" -> "EC";
          case "1.2.840.113549.1.1.1" -> "RSA";
          case "1.3.101.112" -> "Ed25519";
          default ->
              throw new DeviceKeystoreException(
                  Reason.UNSUPPORTED,
                  where
                      + " holds a key of algorithm "
                      + oid
                      + ". Make an EC P-256, P-384, P-521, RSA or Ed25519 key.");
        };
    try {
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (InvalidKeySpecException e) {
      throw new DeviceKeystoreException(
          Reason.DAMAGED,
          where
              + " holds an "
              + algorithm
              + " key that Java does not read. It is damaged, or its curve is not one of P-256,"
              + " P-384, P-521.");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java platform lacks " + algorithm, e);
    }
  }

  /** RFC 5915: the curve stands inside the key; PKCS#8 wants it outside. */
  private static byte[] wrapSec1(String where, byte[] sec1) throws IOException {
    Der.Cursor key = new Der.Cursor(sec1).next(Der.SEQUENCE).enter();
    key.next(Der.INTEGER).next(Der.OCTET_STRING);
    if (key.peekTag() != Der.CONTEXT_0) {
      throw new IOException("no curve is named inside");
    }
    Der.Cursor parameters = key.skip().enter();
    if (parameters.peekTag() != Der.OID) {
      throw new DeviceKeystoreException(
          Reason.UNSUPPORTED,
          where
              + " spells its curve out instead of naming it. Convert: openssl ec -in OLD.pem"
              + " -param_enc named_curve -out NEW.pem");
    }
    byte[] curve = parameters.next(Der.OID).content();
    return wrap(sec1, Der.element(Der.OID, OID_EC), Der.element(Der.OID, curve));
  }

  private static byte[] wrap(byte[] key, byte[]... algorithm) {
    return Der.element(
        Der.SEQUENCE,
        VERSION_0,
        Der.element(Der.SEQUENCE, algorithm),
        Der.element(Der.OCTET_STRING, key));
  }

  private static byte[] decrypt(String where, byte[] der, @Nullable Secret password)
      throws IOException {
    if (password == null) {
      throw new DeviceKeystoreException(
          Reason.PASSWORD_NEEDED,
          where + ": the key is encrypted and no password was given. Give the key's password.");
    }
    EncryptedPrivateKeyInfo info = encrypted(where, der);
    char[] characters = Passwords.characters(password);
    PBEKeySpec spec = new PBEKeySpec(characters);
    try {
      Cipher cipher = Cipher.getInstance(algorithm(info));
      cipher.init(
          Cipher.DECRYPT_MODE,
          SecretKeyFactory.getInstance(algorithm(info)).generateSecret(spec),
          info.getAlgParameters());
      byte[] pkcs8 = cipher.doFinal(info.getEncryptedData());
      if (!isPkcs8(pkcs8)) {
        Arrays.fill(pkcs8, (byte) 0);
        throw wrongPassword(where);
      }
      return pkcs8;
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw unknownEncryption(where, e);
    } catch (GeneralSecurityException e) {
      throw wrongPassword(where);
    } finally {
      spec.clearPassword();
      Arrays.fill(characters, '\0');
    }
  }

  /** A wrong password decrypts to garbage that passes as padding once in 256 times. */
  static boolean isPkcs8(byte[] bytes) {
    try {
      Der.Cursor outer = new Der.Cursor(bytes).next(Der.SEQUENCE);
      outer.enter().next(Der.INTEGER).next(Der.SEQUENCE).next(Der.OCTET_STRING);
      return !outer.hasMore();
    } catch (IOException e) {
      return false;
    }
  }

  private static DeviceKeystoreException wrongPassword(String where) {
    return new DeviceKeystoreException(
        Reason.WRONG_PASSWORD,
        where
            + ": the key does not decrypt with this password. Wrong password, or the file was"
            + " altered.");
  }

  private static EncryptedPrivateKeyInfo encrypted(String where, byte[] der) throws IOException {
    new Der.Cursor(der).next(Der.SEQUENCE).enter().next(Der.SEQUENCE).next(Der.OCTET_STRING);
    try {
      return new EncryptedPrivateKeyInfo(der);
    } catch (IOException e) {
      // The structure is sound, so what the JDK does not take is the algorithm.
      throw unknownEncryption(where, e);
    }
  }

  private static DeviceKeystoreException unknownEncryption(String where, Exception cause) {
    return new DeviceKeystoreException(
        Reason.UNSUPPORTED,
        where
            + ": the key is encrypted in a way that Java does not know ("
            + cause.getMessage()
            + "). Convert: openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD.pem -out NEW.pem",
        cause);
  }

  /** For PBES2 the JDK's cipher name is found only in the text form of the parameters. */
  private static String algorithm(EncryptedPrivateKeyInfo info) {
    boolean pbes2 =
        info.getAlgName().equals("PBES2") || info.getAlgName().equals("1.2.840.113549.1.5.13");
    return pbes2 ? info.getAlgParameters().toString() : info.getAlgName();
  }
}
