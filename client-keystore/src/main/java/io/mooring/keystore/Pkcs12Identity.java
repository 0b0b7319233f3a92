package io.mooring.keystore;

import io.mooring.error.KeystoreException;
import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.ScramKeys;
import io.mooring.identity.Secret;
import io.mooring.identity.SecretMac;
import io.mooring.identity.SignatureScheme;
import io.mooring.tls.SpkiPin;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.security.auth.Destroyable;
import org.jspecify.annotations.Nullable;

/**
 * A device's keystore file: client certificate and key, SCRAM keys, pins and authorities in one
 * PKCS#12 file (RFC 7292). Reads what {@link DeviceKeystoreFile} writes, and the certificates and
 * keys of files that openssl and keytool made.
 *
 * <p>The file must be closed to group and others, carry a MAC, and be at most 1 MiB. Its password
 * must be printable ASCII and is not kept.
 *
 * <p>The handles of {@link #identity()}, {@link #scram()} and {@link #outboxKey()} follow {@link
 * #reload}: each call sees the newest version of the file. After {@link #close()} they throw {@link
 * KeystoreException}. Safe for use by several threads.
 */
public final class Pkcs12Identity implements Destroyable, AutoCloseable {
  private final Path file;
  private final Clock clock;
  private byte[] fingerprint;
  private KeystoreContents contents;
  private @Nullable KeystoreContents previous;
  private volatile boolean closed;

  private Pkcs12Identity(Path file, Clock clock, byte[] fingerprint, KeystoreContents contents) {
    this.file = file;
    this.clock = clock;
    this.fingerprint = fingerprint;
    this.contents = contents;
  }

  /**
   * Opens a keystore file and checks all that is in it.
   *
   * @param file at most 1 MiB, mode 0600 or less where the file system has modes
   * @param password of the file and its keys; the caller may destroy it afterwards
   * @throws DeviceKeystoreException if the file cannot be used; its reason says why
   * @throws IllegalArgumentException if the password is empty or not printable ASCII
   */
  public static Pkcs12Identity open(Path file, Secret password) {
    return open(file, password, Clock.systemUTC());
  }

  /**
   * Opens a keystore that came inside something else, with the same checks. {@link #reload} reads
   * the file of its label.
   *
   * @param label stands for the file in messages
   * @param content at most 1 MiB; not kept
   * @param password of the keystore and its keys; the caller may destroy it afterwards
   * @throws DeviceKeystoreException if the keystore cannot be used; its reason says why
   * @throws IllegalArgumentException if the password is empty or not printable ASCII
   */
  public static Pkcs12Identity open(Path label, byte[] content, Secret password) {
    if (content.length == 0 || content.length > GuardedFile.MAX_BYTES) {
      throw new DeviceKeystoreException(
          content.length == 0
              ? DeviceKeystoreException.Reason.EMPTY
              : DeviceKeystoreException.Reason.TOO_LARGE,
          "Keystore " + label + " has " + content.length + " bytes; 1 to 1048576 are read.");
    }
    char[] characters = Passwords.characters(password);
    try {
      return new Pkcs12Identity(
          label, Clock.systemUTC(), sha256(content), contents(label, content, characters));
    } finally {
      Arrays.fill(characters, '\0');
    }
  }

  static Pkcs12Identity open(Path file, Secret password, Clock clock) {
    Objects.requireNonNull(password, "password: without one a PKCS#12 file has no integrity");
    char[] characters = Passwords.characters(password);
    try {
      byte[] bytes = GuardedFile.readSecret("Keystore", file);
      return new Pkcs12Identity(file, clock, sha256(bytes), contents(file, bytes, characters));
    } finally {
      Arrays.fill(characters, '\0');
    }
  }

  /**
   * Reads the file again, after a renewal say, without a restart: handles given out before sign
   * with the new key from the next call on. If the file cannot be used, the version read before
   * stays in use and the error is thrown. What {@link DeviceIdentity} or {@link ScramKeys} gave out
   * of the version before that is wiped.
   *
   * <p>A handshake that runs at this very moment may pair the old certificate with the new key and
   * be refused. Call it between connections where that matters.
   *
   * @param password as for {@link #open(Path, Secret)}; it is not kept from there
   * @return true if the file had changed
   * @throws DeviceKeystoreException if the file cannot be used
   * @throws IllegalStateException if closed
   */
  public boolean reload(Secret password) {
    char[] characters = Passwords.characters(password);
    try {
      byte[] bytes = GuardedFile.readSecret("Keystore", file);
      byte[] now = sha256(bytes);
      synchronized (this) {
        requireOpen();
        if (MessageDigest.isEqual(now, fingerprint)) {
          return false;
        }
        KeystoreContents next = contents(file, bytes, characters);
        if (previous != null) {
          previous.destroy();
        }
        previous = contents;
        contents = next;
        fingerprint = now;
        return true;
      }
    } finally {
      Arrays.fill(characters, '\0');
    }
  }

  private static KeystoreContents contents(Path file, byte[] bytes, char[] password) {
    String where = "Keystore " + file;
    return KeystoreContents.read(where, Pkcs12Format.decode(where, bytes, password), password);
  }

  /** The file, as it was given. */
  public Path file() {
    return file;
  }

  /** Whether there is a certificate with a key. */
  public boolean hasIdentity() {
    return now().hasIdentity();
  }

  /** Whether there are SCRAM keys. */
  public boolean hasScram() {
    return now().hasScram(ScramSlot.ACTIVE);
  }

  /** Whether there is a key that waits for its certificate. */
  public boolean hasPendingKey() {
    return now().hasPendingKey();
  }

  /**
   * The key that waits for its certificate, as of now; it does not follow {@link #reload}.
   *
   * @throws DeviceKeystoreException if there is none
   */
  public PendingKey pendingKey() {
    return now().pendingKey();
  }

  /**
   * The handle of the certificate and key: alias {@code identity}, else the only one there is.
   *
   * @throws DeviceKeystoreException if there is none, or several and none is called identity
   */
  public DeviceIdentity identity() {
    now().identity(null);
    return new IdentityHandle(null);
  }

  /**
   * The handle of the certificate and key under an alias, in upper or lower case.
   *
   * @throws DeviceKeystoreException if there is none; the message lists the aliases present
   */
  public DeviceIdentity identity(String alias) {
    now().identity(alias);
    return new IdentityHandle(alias);
  }

  /**
   * The SCRAM keys.
   *
   * @throws DeviceKeystoreException if there are none
   */
  public ScramKeys scram() {
    now().scram(ScramSlot.ACTIVE);
    return new ScramHandle();
  }

  /** Whether there are SCRAM keys that wait for the broker to take them. */
  public boolean hasPendingScram() {
    return now().hasScram(ScramSlot.PENDING);
  }

  /**
   * The SCRAM keys that wait for the broker to take them, as of now; they do not follow {@link
   * #reload}.
   *
   * @throws DeviceKeystoreException if there are none
   */
  public ScramKeys pendingScram() {
    return now().scram(ScramSlot.PENDING);
  }

  /** Whether there is a key for the outbox. */
  public boolean hasOutboxKey() {
    return now().hasOutboxKey();
  }

  /**
   * The handle of the key that the outbox is encrypted under.
   *
   * @throws DeviceKeystoreException if there is none
   */
  public SecretMac outboxKey() {
    now().outboxKey();
    return new OutboxHandle();
  }

  /** The pins beside those in force, as of now: staged, previous, and who may sign new ones. */
  public PinRotation pinRotation() {
    return now().settings().rotation();
  }

  /** The pins of the broker's key, as of now; empty if there are none. */
  public List<SpkiPin> pins() {
    return now().settings().pins();
  }

  /**
   * The certificates of the authorities that the broker's certificate may come from, as of now:
   * entries marked as trusted. Empty if there are none; a CA in the client's own chain is not one.
   */
  public List<X509Certificate> authorities() {
    return now().authorities();
  }

  /** The aliases of all entries, in lower case, sorted. */
  public List<String> aliases() {
    return now().aliases();
  }

  /**
   * What a person should look at, as of now: a certificate outside its validity (the device's clock
   * may be wrong, so it is no refusal), a chain that was put in order. Empty if there is nothing.
   */
  public List<String> warnings() {
    return now().warnings(clock.instant());
  }

  /** Wipes the SCRAM keys and drops the private keys. May be called again. */
  @Override
  public synchronized void destroy() {
    closed = true;
    contents.destroy();
    if (previous != null) {
      previous.destroy();
    }
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
    return "Pkcs12Identity[" + file + (closed ? ", closed]" : "]");
  }

  private synchronized KeystoreContents now() {
    requireOpen();
    return contents;
  }

  private synchronized KeystoreContents latest() {
    return contents;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("keystore " + file + " is closed; open it again");
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Looks the key up at each call, so that it follows reload. */
  private final class IdentityHandle implements DeviceIdentity {
    private final @Nullable String alias;

    IdentityHandle(@Nullable String alias) {
      this.alias = alias;
    }

    @Override
    public List<X509Certificate> certificateChain() {
      return latest().identity(alias).certificateChain();
    }

    @Override
    public Set<SignatureScheme> signatureSchemes() {
      return latest().identity(alias).signatureSchemes();
    }

    @Override
    public byte[] sign(SignatureScheme scheme, byte[] message) {
      return latest().identity(alias).sign(scheme, message);
    }

    @Override
    public String toString() {
      return "DeviceIdentity[" + file + ", key redacted]";
    }
  }

  /** Looks the key up at each call, so that it follows reload. */
  private final class OutboxHandle implements SecretMac {
    @Override
    public String algorithm() {
      return SoftwareMac.ALGORITHM;
    }

    @Override
    public byte[] mac(byte[] data) {
      return latest().outboxKey().mac(data);
    }

    @Override
    public String toString() {
      return "SecretMac[" + file + ", key redacted]";
    }
  }

  /** Looks the keys up at each call, so that it follows reload. */
  private final class ScramHandle implements ScramKeys {
    @Override
    public String mechanism() {
      return latest().scram(ScramSlot.ACTIVE).mechanism();
    }

    @Override
    public String userName() {
      return latest().scram(ScramSlot.ACTIVE).userName();
    }

    @Override
    public byte[] salt() {
      return latest().scram(ScramSlot.ACTIVE).salt();
    }

    @Override
    public int iterations() {
      return latest().scram(ScramSlot.ACTIVE).iterations();
    }

    @Override
    public byte[] clientKey() {
      return latest().scram(ScramSlot.ACTIVE).clientKey();
    }

    @Override
    public byte[] serverKey() {
      return latest().scram(ScramSlot.ACTIVE).serverKey();
    }

    @Override
    public String toString() {
      return "ScramKeys[" + file + ", keys redacted]";
    }
  }
}
