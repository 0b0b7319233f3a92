package io.mooring.keystore;

import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.ScramKeys;
import io.mooring.identity.Secret;
import io.mooring.keystore.DeviceKeystoreException.Reason;
import io.mooring.tls.SpkiPin;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import javax.security.auth.Destroyable;
import org.bouncycastle.crypto.util.ScryptConfig;
import org.bouncycastle.jcajce.BCFKSLoadStoreParameter;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * A device's keystore in Bouncy Castle's format BCFKS, for a passphrase that a person can remember:
 * the key derivation is scrypt with N = 32768, r = 8, p = 1, so that each guess costs 32 MiB of
 * memory and, on a small board, seconds. {@link #open} costs the same. What a machine reads from a
 * file should be a random password and a {@link Pkcs12Identity}, which opens at once.
 *
 * <p>Made from a PKCS#12 keystore by {@link #convert}; the entries are the same. Read only. No JCE
 * provider is registered. Safe for use by several threads.
 */
public final class BcfksIdentity implements Destroyable, AutoCloseable {
  /** The shortest passphrase, in characters; five words of a list are better. */
  public static final int MIN_PASSPHRASE = 12;

  private static final int SCRYPT_N = 32_768;
  private static final int SCRYPT_R = 8;
  private static final int SCRYPT_P = 1;
  private static final int SALT_BYTES = 32;

  private final Path file;
  private final KeystoreContents contents;
  private final Clock clock;
  private volatile boolean closed;

  private BcfksIdentity(Path file, KeystoreContents contents, Clock clock) {
    this.file = file;
    this.contents = contents;
    this.clock = clock;
  }

  /**
   * Opens a file and checks all that is in it. Takes seconds on a small board.
   *
   * @param file at most 1 MiB, mode 0600 or less where the file system has modes
   * @param passphrase of the file; the caller may destroy it afterwards
   * @throws DeviceKeystoreException if the file cannot be used; its reason says why
   */
  public static BcfksIdentity open(Path file, Secret passphrase) {
    return open(file, passphrase, Clock.systemUTC());
  }

  static BcfksIdentity open(Path file, Secret passphrase, Clock clock) {
    String where = "Keystore " + file;
    byte[] bytes = GuardedFile.readSecret("Keystore", file);
    char[] characters = passphrase.copyChars();
    try {
      KeyStore store = bcfks();
      store.load(new ByteArrayInputStream(bytes), characters);
      return new BcfksIdentity(file, KeystoreContents.read(where, store, characters), clock);
    } catch (IOException e) {
      throw new DeviceKeystoreException(
          isBcfks(bytes) ? Reason.WRONG_PASSWORD : Reason.WRONG_FORMAT,
          where
              + (isBcfks(bytes)
                  ? " does not open: wrong passphrase, or the file was altered."
                  : " is no BCFKS keystore. Make one of a PKCS#12 file: BcfksIdentity.convert."),
          e);
    } catch (GeneralSecurityException e) {
      throw new DeviceKeystoreException(
          Reason.UNSUPPORTED, where + " cannot be read: " + e.getMessage() + ".", e);
    } finally {
      Arrays.fill(characters, '\0');
    }
  }

  /**
   * Writes what a PKCS#12 keystore holds into a new BCFKS file of mode 0600.
   *
   * @param pkcs12 the keystore to read; stays as it is, and should be deleted afterwards
   * @param password of the PKCS#12 keystore
   * @param bcfks must not exist; its folder must
   * @param passphrase of the new file: {@value #MIN_PASSPHRASE} characters or more
   * @throws DeviceKeystoreException if the one cannot be read or the other not be written
   * @throws IllegalArgumentException if the passphrase is too short
   */
  public static void convert(Path pkcs12, Secret password, Path bcfks, Secret passphrase) {
    char[] from = Passwords.characters(password);
    char[] to = passphrase.copyChars();
    try {
      if (to.length < MIN_PASSPHRASE) {
        throw new IllegalArgumentException(
            "the passphrase has "
                + to.length
                + " characters; at least "
                + MIN_PASSPHRASE
                + " are needed. Five words of a list are better.");
      }
      String where = "Keystore " + pkcs12;
      KeyStore old = Pkcs12Format.decode(where, GuardedFile.readSecret("Keystore", pkcs12), from);
      KeystoreContents.read(where, old, from).destroy();
      write(bcfks, encoded(old, from, to));
    } catch (GeneralSecurityException | IOException e) {
      throw new DeviceKeystoreException(
          Reason.WRITE_FAILED,
          "Keystore " + bcfks + " cannot be made of " + pkcs12 + ": " + e.getMessage() + ".",
          e);
    } finally {
      Arrays.fill(from, '\0');
      Arrays.fill(to, '\0');
    }
  }

  private static byte[] encoded(KeyStore old, char[] from, char[] to)
      throws GeneralSecurityException, IOException {
    KeyStore made = bcfks();
    made.load(null, null);
    for (String alias : Collections.list(old.aliases())) {
      if (old.isCertificateEntry(alias)) {
        made.setCertificateEntry(alias, old.getCertificate(alias));
      } else {
        made.setKeyEntry(alias, old.getKey(alias, from), to, old.getCertificateChain(alias));
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    made.store(
        new BCFKSLoadStoreParameter.Builder(bytes, to)
            .withStorePBKDFConfig(
                new ScryptConfig.Builder(SCRYPT_N, SCRYPT_R, SCRYPT_P)
                    .withSaltLength(SALT_BYTES)
                    .build())
            .withStoreEncryptionAlgorithm(BCFKSLoadStoreParameter.EncryptionAlgorithm.AES256_CCM)
            .withStoreMacAlgorithm(BCFKSLoadStoreParameter.MacAlgorithm.HmacSHA512)
            .build());
    return bytes.toByteArray();
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    try {
      new AtomicReplace(file, step -> {})
          .replace(
              bytes,
              () -> {
                if (Files.exists(file)) {
                  throw new DeviceKeystoreException(
                      Reason.EXISTS, "Keystore " + file + " exists and is not overwritten.");
                }
              });
    } catch (AccessDeniedException e) {
      throw new DeviceKeystoreException(
          Reason.NO_ACCESS,
          "Keystore "
              + file
              + " cannot be written: access denied ("
              + e.getMessage()
              + "). The folder must be writable.",
          e);
    } catch (NoSuchFileException e) {
      throw new DeviceKeystoreException(
          Reason.MISSING,
          "Keystore " + file + " cannot be written: its folder is missing. Make the folder.",
          e);
    }
  }

  /** The provider is made for this store alone; nobody registers it. */
  private static KeyStore bcfks() throws GeneralSecurityException {
    return KeyStore.getInstance("BCFKS", new BouncyCastleProvider());
  }

  /** An ObjectStore is a SEQUENCE whose first element is one, too; PKCS#12 begins with a number. */
  private static boolean isBcfks(byte[] bytes) {
    try {
      return new Der.Cursor(bytes).next(Der.SEQUENCE).enter().peekTag() == Der.SEQUENCE;
    } catch (Der.MalformedException e) {
      return false;
    }
  }

  /** The handle of the certificate and key: alias {@code identity}, else the only one there is. */
  public DeviceIdentity identity() {
    return open().identity(null);
  }

  /** The handle of the certificate and key under an alias. */
  public DeviceIdentity identity(String alias) {
    return open().identity(alias);
  }

  /** Whether there is a certificate with a key. */
  public boolean hasIdentity() {
    return open().hasIdentity();
  }

  /** Whether there are SCRAM keys. */
  public boolean hasScram() {
    return open().hasScram(ScramSlot.ACTIVE);
  }

  /** The SCRAM keys. */
  public ScramKeys scram() {
    return open().scram(ScramSlot.ACTIVE);
  }

  /** The pins of the broker's key; empty if there are none. */
  public List<SpkiPin> pins() {
    return open().settings().pins();
  }

  /** The authorities that the broker's certificate may come from; empty if there are none. */
  public List<X509Certificate> authorities() {
    return open().authorities();
  }

  /** What a person should look at, as of now. Empty if there is nothing. */
  public List<String> warnings() {
    return open().warnings(clock.instant());
  }

  /** Wipes the SCRAM keys and drops the private keys. May be called again. */
  @Override
  public void destroy() {
    closed = true;
    contents.destroy();
  }

  @Override
  public boolean isDestroyed() {
    return closed;
  }

  /** Same as {@link #destroy()}. */
  @Override
  public void close() {
    destroy();
  }

  /** Never a secret. */
  @Override
  public String toString() {
    return "BcfksIdentity[" + file + (closed ? ", closed]" : "]");
  }

  private KeystoreContents open() {
    if (closed) {
      throw new IllegalStateException("keystore " + file + " is closed; open it again");
    }
    return contents;
  }
}
