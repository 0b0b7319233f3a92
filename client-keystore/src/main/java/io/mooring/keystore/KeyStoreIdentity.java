package io.mooring.keystore;

import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.Secret;
import io.mooring.identity.SignatureScheme;
import io.mooring.keystore.DeviceKeystoreException.Reason;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.security.auth.Destroyable;
import org.jspecify.annotations.Nullable;

/**
 * A certificate and key in any {@link KeyStore} that an application has opened: of a vendor's
 * provider, of SunPKCS11, of a platform. The key is handed to the provider it came from, which need
 * not be registered, and is never asked for its bytes.
 *
 * <p>At load the key signs once with each scheme, and the signature is verified with the
 * certificate: {@link #signatureSchemes()} has those that worked. For a PKCS#11 token {@link
 * Pkcs11Token} does more.
 */
public final class KeyStoreIdentity implements DeviceIdentity, Destroyable, AutoCloseable {
  private static final byte[] PROBE =
      "Mooring checks that this key belongs to its certificate".getBytes(StandardCharsets.UTF_8);

  private final String where;
  private final @Nullable Provider provider;
  private final List<X509Certificate> chain;
  private final Set<SignatureScheme> schemes;
  private final List<String> lacking;
  private final Clock clock;
  private volatile @Nullable PrivateKey key;

  private KeyStoreIdentity(
      String where,
      @Nullable Provider provider,
      List<X509Certificate> chain,
      PrivateKey key,
      Clock clock) {
    this.where = where;
    this.provider = provider;
    this.chain = chain;
    this.key = key;
    this.clock = clock;
    List<String> missing = new ArrayList<>();
    this.schemes = working(Schemes.of(chain.get(0).getPublicKey(), where), missing);
    this.lacking = List.copyOf(missing);
  }

  /**
   * Takes the only private key of a store.
   *
   * @param store loaded, and open as long as the identity is used
   * @param keyPassword of the entry; null where the store wants none
   * @throws DeviceKeystoreException if there is no key or several, or it cannot be used
   */
  public static KeyStoreIdentity of(KeyStore store, @Nullable Secret keyPassword) {
    return of(store, onlyKey(store), keyPassword);
  }

  /**
   * Takes a private key of a store.
   *
   * @param store loaded, and open as long as the identity is used
   * @param alias of the entry
   * @param keyPassword of the entry; null where the store wants none
   * @throws DeviceKeystoreException if there is no such key, it has no certificate or that of
   *     another key, or it cannot sign
   */
  public static KeyStoreIdentity of(KeyStore store, String alias, @Nullable Secret keyPassword) {
    return of(store, alias, keyPassword, Clock.systemUTC());
  }

  static KeyStoreIdentity of(
      KeyStore store, String alias, @Nullable Secret keyPassword, Clock clock) {
    String where = "Keystore of type " + store.getType() + ", alias \"" + alias + '"';
    char[] password = keyPassword == null ? null : keyPassword.copyChars();
    try {
      if (!(store.getKey(alias, password) instanceof PrivateKey key)) {
        throw new DeviceKeystoreException(
            Reason.NO_SUCH_ALIAS,
            where + ": there is no private key; present: " + Collections.list(store.aliases()));
      }
      return new KeyStoreIdentity(
          where, providerOf(store, key), chain(where, store, alias), key, clock);
    } catch (UnrecoverableKeyException e) {
      throw new DeviceKeystoreException(
          Reason.WRONG_PASSWORD, where + ": the password of the key is another one.", e);
    } catch (GeneralSecurityException e) {
      throw new DeviceKeystoreException(
          Reason.DAMAGED, where + " cannot be read: " + e.getMessage() + ".", e);
    } finally {
      if (password != null) {
        Arrays.fill(password, '\0');
      }
    }
  }

  @Override
  public List<X509Certificate> certificateChain() {
    return chain;
  }

  @Override
  public Set<SignatureScheme> signatureSchemes() {
    return schemes;
  }

  @Override
  public byte[] sign(SignatureScheme scheme, byte[] message) {
    if (!schemes.contains(scheme)) {
      throw new IllegalArgumentException(
          "the key of " + where + " does not sign " + scheme + "; it signs " + schemes);
    }
    try {
      return signed(scheme, message);
    } catch (GeneralSecurityException e) {
      throw new DeviceKeystoreException(
          Reason.UNSUPPORTED,
          "The key of " + where + " did not sign " + scheme + ": " + e.getMessage() + ".",
          e);
    }
  }

  /**
   * What a person should look at, as of now: schemes that the provider lacks, a certificate outside
   * its validity. Empty if there is nothing.
   */
  public List<String> warnings() {
    List<String> all = new ArrayList<>(lacking);
    all.addAll(Validity.warnings(where, chain, clock.instant()));
    return List.copyOf(all);
  }

  /** Drops the handle of the key; the store stays open. May be called again. */
  @Override
  public void destroy() {
    key = null;
  }

  @Override
  public boolean isDestroyed() {
    return key == null;
  }

  /** Same as {@link #destroy()}. */
  @Override
  public void close() {
    destroy();
  }

  @Override
  public String toString() {
    return "KeyStoreIdentity[" + chain.get(0).getSubjectX500Principal() + ", key redacted]";
  }

  private Set<SignatureScheme> working(Set<SignatureScheme> candidates, List<String> missing) {
    Set<SignatureScheme> working = EnumSet.noneOf(SignatureScheme.class);
    boolean otherKey = false;
    for (SignatureScheme scheme : candidates) {
      try {
        if (verifies(chain.get(0).getPublicKey(), scheme, signed(scheme, PROBE))) {
          working.add(scheme);
        } else {
          otherKey = true;
        }
      } catch (GeneralSecurityException e) {
        missing.add(where + " does not sign " + scheme + ": " + e.getMessage() + ".");
      }
    }
    if (otherKey) {
      throw new DeviceKeystoreException(
          Reason.KEY_MISMATCH,
          where
              + ": the key does not belong to the certificate of "
              + chain.get(0).getSubjectX500Principal()
              + ". Pair the certificate with the key that its request was made with.");
    }
    if (working.isEmpty()) {
      throw new DeviceKeystoreException(
          Reason.UNSUPPORTED, where + " signs nothing that TLS takes: " + missing);
    }
    return Collections.unmodifiableSet(working);
  }

  private byte[] signed(SignatureScheme scheme, byte[] message) throws GeneralSecurityException {
    PrivateKey present = key;
    if (present == null) {
      throw new DeviceKeystoreException(
          Reason.CLOSED, "The key of " + where + " is gone: closed. Open the store again.");
    }
    Signature engine = Schemes.engine(scheme, provider);
    engine.initSign(present);
    engine.update(message);
    return engine.sign();
  }

  private static boolean verifies(PublicKey key, SignatureScheme scheme, byte[] signature)
      throws GeneralSecurityException {
    Signature verifier = Schemes.engine(scheme);
    verifier.initVerify(key);
    verifier.update(PROBE);
    return verifier.verify(signature);
  }

  /** The store's provider if it signs itself: keys of a token are of no use to another. */
  private static @Nullable Provider providerOf(KeyStore store, PrivateKey key) {
    String family = key.getAlgorithm().startsWith("EC") ? "SHA256withECDSA" : "SHA256withRSA";
    Provider.Service service = store.getProvider().getService("Signature", family);
    return service != null && service.supportsParameter(key) ? store.getProvider() : null;
  }

  private static List<X509Certificate> chain(String where, KeyStore store, String alias)
      throws GeneralSecurityException {
    Certificate[] stored = store.getCertificateChain(alias);
    if (stored == null || stored.length == 0) {
      throw new DeviceKeystoreException(
          Reason.NO_CERTIFICATE,
          where + " holds a key but no certificate for it. Add the certificate of the key.");
    }
    List<X509Certificate> certificates = new ArrayList<>();
    for (Certificate certificate : stored) {
      certificates.add((X509Certificate) certificate);
    }
    return CertificateChain.from(where, certificates.get(0), certificates).certificates();
  }

  private static String onlyKey(KeyStore store) {
    String where = "Keystore of type " + Objects.requireNonNull(store, "store").getType();
    List<String> keys = new ArrayList<>();
    try {
      for (String alias : Collections.list(store.aliases())) {
        if (store.entryInstanceOf(alias, KeyStore.PrivateKeyEntry.class)) {
          keys.add(alias);
        }
      }
    } catch (GeneralSecurityException e) {
      throw new DeviceKeystoreException(
          Reason.DAMAGED, where + " cannot be read: " + e.getMessage() + ".", e);
    }
    if (keys.size() != 1) {
      throw new DeviceKeystoreException(
          keys.isEmpty() ? Reason.NO_KEY : Reason.AMBIGUOUS,
          where
              + (keys.isEmpty() ? " holds no private key." : " holds several private keys: " + keys)
              + " Name the alias.");
    }
    return keys.get(0);
  }
}
