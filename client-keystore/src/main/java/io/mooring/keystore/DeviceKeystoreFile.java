package io.mooring.keystore;

import io.mooring.identity.ScramKeys;
import io.mooring.identity.Secret;
import io.mooring.keystore.DeviceKeystoreException.Reason;
import io.mooring.tls.SpkiPin;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Makes and changes a device's keystore file. Changes are made in memory; {@link #save()} replaces
 * the file whole or not at all, also if the power fails in the middle, with mode 0600.
 *
 * <pre>{@code
 * try (var keystore = DeviceKeystoreFile.create(path, password)) {
 *   keystore.putIdentity(key, chain).putScram(scramKeys).pins(pins).authorities(authorities).save();
 * }
 * }</pre>
 *
 * <p>Entries that Mooring does not know are kept. Not for use by several threads.
 */
public final class DeviceKeystoreFile implements AutoCloseable {
  private final Path file;
  private final char[] password;
  private final KeyStore store;
  private final AtomicReplace.Observer observer;
  private byte @Nullable [] basis;
  private SettingsDocument settings;
  private boolean closed;

  private DeviceKeystoreFile(
      Path file,
      char[] password,
      KeyStore store,
      byte @Nullable [] basis,
      SettingsDocument settings,
      AtomicReplace.Observer observer) {
    this.file = file;
    this.password = password;
    this.store = store;
    this.basis = basis;
    this.settings = settings;
    this.observer = observer;
  }

  /**
   * Begins a new file; {@link #save()} makes it.
   *
   * @param file must not exist; its folder must
   * @param password printable ASCII, not empty; 128 random bits or more, since the key derivation
   *     of the format is weak. A copy is kept until {@link #close()}
   * @throws DeviceKeystoreException if the file exists ({@link Reason#EXISTS})
   * @throws IllegalArgumentException if the password is empty or not printable ASCII
   */
  public static DeviceKeystoreFile create(Path file, Secret password) {
    return create(file, password, step -> {});
  }

  static DeviceKeystoreFile create(Path file, Secret password, AtomicReplace.Observer observer) {
    Objects.requireNonNull(password, "password: without one a PKCS#12 file has no integrity");
    char[] characters = Passwords.characters(password);
    if (Files.exists(file)) {
      Arrays.fill(characters, '\0');
      throw exists(file);
    }
    return new DeviceKeystoreFile(
        file, characters, Pkcs12Format.empty(), null, SettingsDocument.EMPTY, observer);
  }

  /**
   * Begins a keystore for {@link #encode()}: one that travels inside something else and gets its
   * file elsewhere.
   *
   * @param label stands for the file in messages, and is where {@link #save()} would put it
   * @param password as for {@link #create(Path, Secret)}
   * @throws IllegalArgumentException if the password is empty or not printable ASCII
   */
  public static DeviceKeystoreFile detached(Path label, Secret password) {
    Objects.requireNonNull(password, "password: without one a PKCS#12 file has no integrity");
    return new DeviceKeystoreFile(
        label,
        Passwords.characters(password),
        Pkcs12Format.empty(),
        null,
        SettingsDocument.EMPTY,
        step -> {});
  }

  /**
   * Opens a file for change, with all checks of {@link Pkcs12Identity#open}.
   *
   * @param password of the file; a copy is kept until {@link #close()}
   * @throws DeviceKeystoreException if the file cannot be used
   * @throws IllegalArgumentException if the password is empty or not printable ASCII
   */
  public static DeviceKeystoreFile edit(Path file, Secret password) {
    return edit(file, password, step -> {});
  }

  static DeviceKeystoreFile edit(Path file, Secret password, AtomicReplace.Observer observer) {
    Objects.requireNonNull(password, "password: without one a PKCS#12 file has no integrity");
    char[] characters = Passwords.characters(password);
    boolean done = false;
    try {
      String where = "Keystore " + file;
      byte[] bytes = GuardedFile.readSecret("Keystore", file);
      KeyStore store = Pkcs12Format.decode(where, bytes, characters);
      KeystoreContents contents = KeystoreContents.read(where, store, characters);
      SettingsDocument settings = contents.settings();
      contents.destroy();
      done = true;
      return new DeviceKeystoreFile(file, characters, store, bytes, settings, observer);
    } finally {
      if (!done) {
        Arrays.fill(characters, '\0');
      }
    }
  }

  /**
   * Puts a certificate and its key under the alias {@code identity}, in place of the one there. A
   * key under another alias stays, as in a file that openssl made: to replace the one in use
   * whatever its alias, call {@link #removeIdentity} first.
   *
   * @param key must be a key in memory; one in a token stays there and needs no keystore file
   * @param certificates the certificate of the key and those that issued it, in any order
   * @throws DeviceKeystoreException if none of the certificates belongs to the key
   */
  public DeviceKeystoreFile putIdentity(PrivateKey key, Collection<X509Certificate> certificates) {
    CertificateChain chain = CertificateChain.of("The identity to store", certificates, key);
    return change(
        () ->
            store.setEntry(
                KeystoreContents.IDENTITY,
                new KeyStore.PrivateKeyEntry(key, chain.certificates().toArray(new Certificate[0])),
                protection()));
  }

  /** Puts the certificate and key of PEM files, as the other form does. */
  public DeviceKeystoreFile putIdentity(PemIdentity pem) {
    return putIdentity(pem.software().privateKey(), pem.certificateChain());
  }

  /**
   * Makes a key beside the identity, in place of a pending one: the identity stays in use until
   * {@link #promotePendingKey}.
   */
  public DeviceKeystoreFile generatePendingKey(KeyAlgorithm algorithm) {
    KeyPair pair = algorithm.generate(new SecureRandom());
    byte[] pkcs8 = pair.getPrivate().getEncoded();
    try {
      return change(
          () -> {
            putSecret(KeystoreContents.PENDING_KEY, pkcs8, "HmacSHA256");
            putSecret(
                KeystoreContents.PENDING_PUBLIC_KEY, pair.getPublic().getEncoded(), "HmacSHA256");
          });
    } finally {
      Arrays.fill(pkcs8, (byte) 0);
    }
  }

  /**
   * Puts the pending key with its certificate in the identity's place; old key and pending slot are
   * gone with the same {@link #save()}.
   *
   * @param certificates the certificate of the key and those that issued it, in any order
   * @throws DeviceKeystoreException if there is no pending key, or none of the certificates belongs
   *     to it
   */
  public DeviceKeystoreFile promotePendingKey(Collection<X509Certificate> certificates) {
    change(this::putSettings);
    KeystoreContents contents = KeystoreContents.read("Keystore " + file, store, password);
    try {
      PrivateKey key = contents.pendingKey().privateKey();
      return putInPlace(contents, key, certificates).removePendingKey();
    } finally {
      contents.destroy();
    }
  }

  /**
   * Puts another chain to the key under the alias {@code identity}, after a renewal that kept it.
   *
   * @param certificates the certificate of the key and those that issued it, in any order
   * @throws DeviceKeystoreException if there is no such key, or none of the certificates belongs to
   *     it
   */
  public DeviceKeystoreFile replaceChain(Collection<X509Certificate> certificates) {
    change(this::putSettings);
    KeystoreContents contents = KeystoreContents.read("Keystore " + file, store, password);
    try {
      return putInPlace(contents, contents.identity(null).privateKey(), certificates);
    } finally {
      contents.destroy();
    }
  }

  /** The key that was in use may lie under another alias, in a file that openssl made. */
  private DeviceKeystoreFile putInPlace(
      KeystoreContents contents, PrivateKey key, Collection<X509Certificate> certificates) {
    String old = contents.soleIdentityAlias();
    putIdentity(key, certificates);
    return old == null || old.equals(KeystoreContents.IDENTITY) ? this : change(() -> delete(old));
  }

  /** Removes the pending key; nothing if there is none. */
  public DeviceKeystoreFile removePendingKey() {
    return change(
        () -> {
          delete(KeystoreContents.PENDING_KEY);
          delete(KeystoreContents.PENDING_PUBLIC_KEY);
        });
  }

  /**
   * Removes the certificate and key that {@link Pkcs12Identity#identity()} uses: those under the
   * alias {@code identity}, or the only ones, in a file that openssl made. Nothing if there are
   * none.
   *
   * @throws DeviceKeystoreException with {@link Reason#AMBIGUOUS} if there are several, and none
   *     under the alias {@code identity}
   */
  public DeviceKeystoreFile removeIdentity() {
    change(this::putSettings);
    KeystoreContents contents = KeystoreContents.read("Keystore " + file, store, password);
    try {
      if (!contents.hasIdentity()) {
        return this;
      }
      String alias = contents.identityAlias();
      return change(() -> delete(alias));
    } finally {
      contents.destroy();
    }
  }

  /**
   * Puts SCRAM keys in place of those there.
   *
   * @throws IllegalArgumentException if the keys do not fit their mechanism
   */
  public DeviceKeystoreFile putScram(ScramKeys keys) {
    return putScram(ScramSlot.ACTIVE, keys);
  }

  DeviceKeystoreFile putScram(ScramSlot slot, ScramKeys keys) {
    SoftwareScramKeys copy = SoftwareScramKeys.copyOf(keys);
    byte[] clientKey = copy.clientKey();
    byte[] serverKey = copy.serverKey();
    String hmac = copy.mechanism().equals("SCRAM-SHA-256") ? "HmacSHA256" : "HmacSHA512";
    try {
      return change(
          () -> {
            putSecret(slot.clientKey(), clientKey, hmac);
            putSecret(slot.serverKey(), serverKey, hmac);
            settings =
                settings.withScram(slot, SettingsDocument.Scram.of(copy, clientKey, serverKey));
          });
    } finally {
      Arrays.fill(clientKey, (byte) 0);
      Arrays.fill(serverKey, (byte) 0);
      copy.destroy();
    }
  }

  /** Removes the SCRAM keys; nothing if there are none. */
  public DeviceKeystoreFile removeScram() {
    return removeScram(ScramSlot.ACTIVE);
  }

  DeviceKeystoreFile removeScram(ScramSlot slot) {
    return change(
        () -> {
          delete(slot.clientKey());
          delete(slot.serverKey());
          settings = settings.withScram(slot, null);
        });
  }

  /** The way from one password to the next; see {@link PendingScram}. */
  public PendingScram pendingScram() {
    return new PendingScram(this);
  }

  void promotePendingScram() {
    change(this::putSettings);
    KeystoreContents contents = KeystoreContents.read("Keystore " + file, store, password);
    try {
      putScram(contents.scram(ScramSlot.PENDING)).removeScram(ScramSlot.PENDING);
    } finally {
      contents.destroy();
    }
  }

  /**
   * Makes the key that an outbox is encrypted under: 256 random bits for HMAC-SHA-256, alias {@code
   * outbox-key}. In place of the one there, under which whatever the outbox holds was written.
   */
  public DeviceKeystoreFile makeOutboxKey() {
    byte[] key = new byte[SoftwareMac.KEY_BYTES];
    new SecureRandom().nextBytes(key);
    try {
      return change(() -> putSecret(KeystoreContents.OUTBOX_KEY, key, SoftwareMac.ALGORITHM));
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** Removes the key of the outbox; nothing if there is none. */
  public DeviceKeystoreFile removeOutboxKey() {
    return change(() -> delete(KeystoreContents.OUTBOX_KEY));
  }

  /** The way from one pin set to the next; see {@link StagedPins}. */
  public StagedPins stagedPins() {
    return new StagedPins(this);
  }

  /**
   * Sets the pins in place of those there; an empty collection removes them. What {@link
   * StagedPins#rollBack} would return to is dropped.
   *
   * @param pins at most 64
   */
  public DeviceKeystoreFile pins(Collection<SpkiPin> pins) {
    List<SpkiPin> distinct = SettingsDocument.checkedPins(pins);
    return change(
        () ->
            settings =
                settings
                    .withPins(distinct)
                    .withRotation(settings.rotation().withPrevious(List.of())));
  }

  List<SpkiPin> currentPins() {
    return settings.pins();
  }

  PinRotation rotation() {
    return settings.rotation();
  }

  void rotation(PinRotation next) {
    change(() -> settings = settings.withRotation(next));
  }

  /** Sets the trusted authorities in place of those there; an empty collection removes them. */
  public DeviceKeystoreFile authorities(Collection<X509Certificate> authorities) {
    List<X509Certificate> distinct = new ArrayList<>(new LinkedHashSet<>(authorities));
    return change(
        () -> {
          for (String alias : Collections.list(store.aliases())) {
            if (store.isCertificateEntry(alias)) {
              store.deleteEntry(alias);
            }
          }
          for (int i = 0; i < distinct.size(); i++) {
            store.setCertificateEntry(KeystoreContents.AUTHORITY_PREFIX + (i + 1), distinct.get(i));
          }
        });
  }

  /**
   * Writes the file: the old one or the new one is there at any moment, never a part. May be called
   * again after further changes.
   *
   * @throws DeviceKeystoreException with {@link Reason#EXISTS} if a file to be created has
   *     appeared, {@link Reason#CHANGED} if somebody else saved since this was opened, {@link
   *     Reason#BUSY} if somebody else saves right now, {@link Reason#WRITE_FAILED} or {@link
   *     Reason#NO_ACCESS} if the system refuses
   * @throws IllegalStateException if closed
   */
  public void save() {
    byte[] bytes = encode();
    try {
      new AtomicReplace(file, observer).replace(bytes, this::requireUnchanged);
    } catch (AccessDeniedException e) {
      throw new DeviceKeystoreException(
          Reason.NO_ACCESS,
          "Keystore "
              + file
              + " cannot be written: access denied ("
              + e.getMessage()
              + "). The folder must be writable, since the file is replaced whole.",
          e);
    } catch (NoSuchFileException e) {
      throw new DeviceKeystoreException(
          Reason.MISSING,
          "Keystore " + file + " cannot be written: its folder is missing. Make the folder.",
          e);
    } catch (IOException e) {
      throw new DeviceKeystoreException(
          Reason.WRITE_FAILED,
          "Keystore "
              + file
              + " was not saved for certain: "
              + e
              + ". The file is whole, old or new. Check space and health of the disk, then save"
              + " again.",
          e);
    }
    basis = bytes;
  }

  /**
   * What {@link #save()} would write.
   *
   * @return an encrypted PKCS#12 file, which was read back once
   * @throws DeviceKeystoreException if it cannot be encoded or would be too large
   * @throws IllegalStateException if closed
   */
  public byte[] encode() {
    change(this::putSettings);
    return Pkcs12Format.encode("Keystore " + file, store, password);
  }

  private void requireUnchanged() throws IOException {
    byte[] expected = basis;
    if (expected == null) {
      if (Files.exists(file)) {
        throw exists(file);
      }
      return;
    }
    byte[] present = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    if (!MessageDigest.isEqual(present, expected)) {
      throw new DeviceKeystoreException(
          Reason.CHANGED,
          "Keystore "
              + file
              + " was changed by somebody else since it was opened. Open it again and repeat the"
              + " change; nothing was written.");
    }
  }

  private static DeviceKeystoreException exists(Path file) {
    return new DeviceKeystoreException(
        Reason.EXISTS,
        "Keystore " + file + " exists and is not overwritten. Edit it, or choose another path.");
  }

  private void putSettings() throws GeneralSecurityException {
    if (settings.isEmpty()) {
      delete(KeystoreContents.SETTINGS);
    } else {
      putSecret(KeystoreContents.SETTINGS, settings.encode(), "HmacSHA256");
    }
  }

  private void putSecret(String alias, byte[] key, String algorithm)
      throws GeneralSecurityException {
    store.setEntry(
        alias, new KeyStore.SecretKeyEntry(new SecretKeySpec(key, algorithm)), protection());
  }

  private void delete(String alias) throws GeneralSecurityException {
    if (store.containsAlias(alias)) {
      store.deleteEntry(alias);
    }
  }

  private KeyStore.PasswordProtection protection() {
    return new KeyStore.PasswordProtection(password);
  }

  private DeviceKeystoreFile change(Change change) {
    if (closed) {
      throw new IllegalStateException("keystore file " + file + " is closed; open it again");
    }
    try {
      change.apply();
    } catch (GeneralSecurityException e) {
      throw new DeviceKeystoreException(
          Reason.WRITE_FAILED, "Keystore " + file + " does not take the entry: " + e + ".", e);
    }
    return this;
  }

  private interface Change {
    void apply() throws GeneralSecurityException;
  }

  /** Wipes the copy of the password. What was not saved is lost. May be called again. */
  @Override
  public void close() {
    closed = true;
    Arrays.fill(password, '\0');
  }

  /** Never a secret. */
  @Override
  public String toString() {
    return "DeviceKeystoreFile[" + file + (closed ? ", closed]" : "]");
  }
}
