package io.mooring.examples.esp32bridge.key;

import io.mooring.examples.esp32bridge.link.DeviceKey;
import io.mooring.examples.esp32bridge.link.FrameKey;
import io.mooring.examples.esp32bridge.link.KeyDerivation;
import io.mooring.identity.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The keys of devices: secret keys of 32 bytes in a PKCS#12 file, under the device ids. Who asks
 * for one gets a handle; the bytes stay here, but for {@link #create}, which hands a new key to the
 * one who flashes the board.
 */
public final class DeviceKeys {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int KEY_BYTES = 32;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> FOREIGN =
      EnumSet.complementOf(
          EnumSet.of(
              PosixFilePermission.OWNER_READ,
              PosixFilePermission.OWNER_WRITE,
              PosixFilePermission.OWNER_EXECUTE));

  private final Path file;
  private final KeyStore store;
  private final Secret password;

  private DeviceKeys(Path file, KeyStore store, Secret password) {
    this.file = file;
    this.store = store;
    this.password = password;
  }

  /**
   * Opens a file of keys.
   *
   * @param password kept until {@link #close}; the caller's own may be destroyed
   * @throws IOException if the file is missing, open to group or others, damaged, or the password
   *     is wrong
   */
  public static DeviceKeys open(Path file, Secret password) throws IOException {
    requireOwnerOnly(file);
    try (InputStream in = Files.newInputStream(file)) {
      return new DeviceKeys(file, load(in, password), copy(password));
    }
  }

  /**
   * Opens a file of keys, or begins one that {@link #create} will write.
   *
   * @throws IOException as for {@link #open}
   */
  public static DeviceKeys openOrBegin(Path file, Secret password) throws IOException {
    return Files.exists(file)
        ? open(file, password)
        : new DeviceKeys(file, load(null, password), copy(password));
  }

  /** The handle of a device's key, if it has one. */
  public Optional<DeviceKey> find(String id) {
    byte[] key = bytes(id);
    return key == null ? Optional.empty() : Optional.of(new Handle(key));
  }

  /** The ids of all devices that have a key, sorted; the file keeps them in lower case. */
  public List<String> ids() throws IOException {
    try {
      return List.copyOf(new TreeSet<>(Collections.list(store.aliases())));
    } catch (GeneralSecurityException e) {
      throw new IOException(file + " cannot be listed", e);
    }
  }

  /**
   * Makes a key for a device and writes the file anew.
   *
   * @return the key, for the board; the caller wipes it
   * @throws IOException if the device has one already, or the file cannot be written
   */
  public byte[] create(String id, SecureRandom random) throws IOException {
    if (bytes(id) != null) {
      throw new IOException(
          file
              + " has a key for "
              + id
              + " already. Remove it first if the board is to get a new one.");
    }
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    char[] characters = password.copyChars();
    try {
      store.setEntry(
          alias(id),
          new KeyStore.SecretKeyEntry(new SecretKeySpec(key, ALGORITHM)),
          new KeyStore.PasswordProtection(characters));
    } catch (GeneralSecurityException e) {
      throw new IOException("the key of " + id + " cannot be put into " + file, e);
    } finally {
      Arrays.fill(characters, '\0');
    }
    save();
    return key;
  }

  /**
   * Removes the key of a device and writes the file anew.
   *
   * @throws IOException if it has none, or the file cannot be written
   */
  public void remove(String id) throws IOException {
    try {
      if (!store.containsAlias(alias(id))) {
        throw new IOException(file + " has no key for " + id + "; it has " + ids());
      }
      store.deleteEntry(alias(id));
    } catch (GeneralSecurityException e) {
      throw new IOException("the key of " + id + " cannot be removed from " + file, e);
    }
    save();
  }

  /** Forgets the password; handles stay good. */
  public void close() {
    password.close();
  }

  private byte @Nullable [] bytes(String id) {
    char[] characters = password.copyChars();
    try {
      return store.getKey(alias(id), characters) instanceof SecretKey key ? key.getEncoded() : null;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the key of " + id + " in " + file + " cannot be read", e);
    } finally {
      Arrays.fill(characters, '\0');
    }
  }

  private void save() throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    char[] characters = password.copyChars();
    try (FileChannel out =
        FileChannel.open(
            fresh,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
      store.store(Channels.newOutputStream(out), characters);
      out.force(true);
    } catch (GeneralSecurityException e) {
      throw new IOException(file + " cannot be written", e);
    } finally {
      Arrays.fill(characters, '\0');
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static KeyStore load(@Nullable InputStream in, Secret password) throws IOException {
    char[] characters = password.copyChars();
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, characters);
      return store;
    } catch (GeneralSecurityException e) {
      throw new IOException("no PKCS#12 on this platform", e);
    } finally {
      Arrays.fill(characters, '\0');
    }
  }

  private static Secret copy(Secret password) {
    byte[] utf8 = password.copyUtf8();
    try {
      return Secret.ofUtf8(utf8);
    } finally {
      Arrays.fill(utf8, (byte) 0);
    }
  }

  private static void requireOwnerOnly(Path file) throws IOException {
    Set<PosixFilePermission> modes = Files.getPosixFilePermissions(file);
    if (modes.stream().anyMatch(FOREIGN::contains)) {
      throw new IOException(
          file
              + " is open to group or others ("
              + PosixFilePermissions.toString(modes)
              + "). Close it: chmod 600 "
              + file);
    }
  }

  /** PKCS#12 does not tell upper from lower case: ids that differ in nothing else would be one. */
  private static String alias(String id) {
    return id.toLowerCase(Locale.ROOT);
  }

  /** Derives; never gives out the key. */
  private static final class Handle implements DeviceKey {
    private final byte[] key;

    Handle(byte[] key) {
      this.key = key;
    }

    @Override
    public FrameKey helloKey(String id) {
      return KeyDerivation.hello(key, id);
    }

    @Override
    public SessionKeys sessionKeys(byte[] salt) {
      return KeyDerivation.session(key, salt);
    }

    @Override
    public String toString() {
      return "DeviceKey[redacted]";
    }
  }
}
