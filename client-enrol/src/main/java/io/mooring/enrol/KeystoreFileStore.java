package io.mooring.enrol;

import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.Secret;
import io.mooring.identity.SigningKey;
import io.mooring.keystore.DeviceKeystoreFile;
import io.mooring.keystore.KeyAlgorithm;
import io.mooring.keystore.KeystoreUpdate;
import io.mooring.keystore.Pkcs12Identity;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/** Identity and pending key in a keystore file, which is replaced whole at each change. */
public final class KeystoreFileStore implements IdentityStore {
  private final Path file;
  private final Secret password;
  private final Pkcs12Identity keystore;

  private KeystoreFileStore(Path file, Secret password, Pkcs12Identity keystore) {
    this.file = file;
    this.password = password;
    this.keystore = keystore;
  }

  /**
   * Opens an existing keystore file.
   *
   * @param password of the file; used at each change, so the caller destroys it after {@link
   *     #close}
   * @throws io.mooring.keystore.DeviceKeystoreException if the file cannot be used
   * @throws IllegalArgumentException if the password is empty or not printable ASCII
   */
  public static KeystoreFileStore open(Path file, Secret password) {
    return new KeystoreFileStore(
        Objects.requireNonNull(file, "file"), password, Pkcs12Identity.open(file, password));
  }

  @Override
  public Optional<DeviceIdentity> identity() {
    return keystore.hasIdentity() ? Optional.of(keystore.identity()) : Optional.empty();
  }

  @Override
  public Optional<SigningKey> pendingKey() {
    return keystore.hasPendingKey() ? Optional.of(keystore.pendingKey()) : Optional.empty();
  }

  @Override
  public SigningKey generatePendingKey(KeyAlgorithm algorithm) {
    change(edit -> edit.generatePendingKey(algorithm));
    return keystore.pendingKey();
  }

  @Override
  public DeviceIdentity candidate(List<X509Certificate> chain) {
    return keystore.pendingKey().certifiedBy(chain);
  }

  @Override
  public void promote(List<X509Certificate> chain) {
    change(edit -> edit.promotePendingKey(chain));
  }

  @Override
  public void replaceChain(List<X509Certificate> chain) {
    change(edit -> edit.replaceChain(chain));
  }

  private void change(Consumer<DeviceKeystoreFile> change) {
    KeystoreUpdate.apply(file, password, change);
    keystore.reload(password);
  }

  @Override
  public void close() {
    keystore.close();
  }

  /** The file; never a secret. */
  @Override
  public String toString() {
    return "KeystoreFileStore[" + file + "]";
  }
}
