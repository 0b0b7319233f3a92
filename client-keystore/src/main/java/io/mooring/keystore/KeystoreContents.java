package io.mooring.keystore;

import io.mooring.keystore.DeviceKeystoreException.Reason;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/** Everything that one version of a keystore file holds, read and checked at once. */
final class KeystoreContents {
  /** Aliases of what Mooring writes; PKCS#12 in the JDK folds aliases to lower case. */
  static final String IDENTITY = "identity";

  static final String SETTINGS = "mooring-settings";
  static final String PENDING_KEY = "pending-key";
  static final String PENDING_PUBLIC_KEY = "pending-public-key";
  static final String OUTBOX_KEY = "outbox-key";
  static final String AUTHORITY_PREFIX = "authority-";

  private final String where;
  private final List<String> aliases;
  private final Map<String, SoftwareIdentity> identities;
  private final Map<ScramSlot, SoftwareScramKeys> scram;
  private final @Nullable PendingKey pending;
  private final @Nullable SoftwareMac outboxKey;
  private final SettingsDocument settings;
  private final List<X509Certificate> authorities;
  private final List<String> warnings;

  private KeystoreContents(Reader reader) throws GeneralSecurityException, IOException {
    this.where = reader.where;
    this.warnings = reader.warnings;
    this.aliases = reader.aliases;
    this.identities = reader.identities();
    this.authorities = reader.authorities();
    this.settings = reader.settings();
    this.scram = reader.scram(settings);
    this.pending = reader.pending();
    this.outboxKey = reader.outboxKey();
  }

  static KeystoreContents read(String where, KeyStore store, char[] password) {
    try {
      return new KeystoreContents(new Reader(where, store, password));
    } catch (UnrecoverableKeyException e) {
      throw new DeviceKeystoreException(
          Reason.WRONG_PASSWORD,
          where
              + " opens, but a key in it is under another password. Give key and file the same"
              + " password: keytool -importkeystore",
          e);
    } catch (GeneralSecurityException | IOException e) {
      throw new DeviceKeystoreException(
          Reason.DAMAGED, where + " is damaged: " + e.getMessage() + ". Restore it.", e);
    }
  }

  SoftwareIdentity identity(@Nullable String alias) {
    String wanted = alias == null ? identityAlias() : alias.toLowerCase(Locale.ROOT);
    SoftwareIdentity identity = identities.get(wanted);
    if (identity == null) {
      throw new DeviceKeystoreException(
          Reason.NO_SUCH_ALIAS,
          "Alias \"" + wanted + "\" with a private key not found in " + where + "; " + present());
    }
    return identity;
  }

  /** The alias of the identity that is used where none is named. */
  String identityAlias() {
    if (identities.isEmpty()) {
      throw new DeviceKeystoreException(
          Reason.NO_KEY,
          where + " holds no private key; " + present() + " Put a certificate and key into it.");
    }
    if (identities.size() > 1 && !identities.containsKey(IDENTITY)) {
      throw new DeviceKeystoreException(
          Reason.AMBIGUOUS,
          where
              + " holds several private keys: "
              + identities.keySet()
              + ". Name the alias, or remove the others: keytool -delete -alias ALIAS -keystore"
              + " FILE.");
    }
    return identities.containsKey(IDENTITY) ? IDENTITY : identities.keySet().iterator().next();
  }

  /** The alias of the only private key, or null if there is none or more than one. */
  @Nullable String soleIdentityAlias() {
    return identities.size() == 1 ? identities.keySet().iterator().next() : null;
  }

  boolean hasIdentity() {
    return !identities.isEmpty();
  }

  boolean hasScram(ScramSlot slot) {
    return scram.containsKey(slot);
  }

  SoftwareScramKeys scram(ScramSlot slot) {
    SoftwareScramKeys keys = scram.get(slot);
    if (keys == null) {
      throw new DeviceKeystoreException(
          Reason.NO_SCRAM,
          where
              + (slot == ScramSlot.ACTIVE
                  ? " holds no SCRAM keys; " + present() + " Put them there: put-scram."
                  : " holds no pending SCRAM keys; " + present()));
    }
    return keys;
  }

  boolean hasPendingKey() {
    return pending != null;
  }

  PendingKey pendingKey() {
    if (pending == null) {
      throw new DeviceKeystoreException(
          Reason.NO_KEY, where + " holds no pending key; " + present() + " Make one: keygen.");
    }
    return pending;
  }

  boolean hasOutboxKey() {
    return outboxKey != null;
  }

  SoftwareMac outboxKey() {
    if (outboxKey == null) {
      throw new DeviceKeystoreException(
          Reason.NO_OUTBOX_KEY,
          where + " holds no outbox key; " + present() + " Make one: put-outbox-key.");
    }
    return outboxKey;
  }

  SettingsDocument settings() {
    return settings;
  }

  List<X509Certificate> authorities() {
    return authorities;
  }

  List<String> aliases() {
    return aliases;
  }

  List<String> warnings(Instant now) {
    List<String> all = new ArrayList<>(warnings);
    identities
        .values()
        .forEach(i -> all.addAll(Validity.warnings(where, i.certificateChain(), now)));
    all.addAll(Validity.warnings(where, authorities, now));
    return List.copyOf(all);
  }

  void destroy() {
    identities.values().forEach(SoftwareIdentity::destroy);
    scram.values().forEach(SoftwareScramKeys::destroy);
    if (pending != null) {
      pending.destroy();
    }
    if (outboxKey != null) {
      outboxKey.destroy();
    }
  }

  private String present() {
    return aliases.isEmpty()
        ? "it is empty."
        : "present: " + String.join(", ", aliases.stream().map(a -> '"' + a + '"').toList()) + ".";
  }

  /** Takes the entries out of the JDK's store. */
  private static final class Reader {
    private final String where;
    private final KeyStore store;
    private final char[] password;
    private final List<String> aliases;
    private final List<String> warnings = new ArrayList<>();

    Reader(String where, KeyStore store, char[] password) throws GeneralSecurityException {
      this.where = where;
      this.store = store;
      this.password = password;
      List<String> present = Collections.list(store.aliases());
      Collections.sort(present);
      this.aliases = List.copyOf(present);
    }

    Map<String, SoftwareIdentity> identities() throws GeneralSecurityException {
      Map<String, SoftwareIdentity> identities = new TreeMap<>();
      for (String alias : aliases) {
        if (store.isKeyEntry(alias) && store.getKey(alias, password) instanceof PrivateKey key) {
          String entry = where + ", alias \"" + alias + "\"";
          CertificateChain chain = CertificateChain.of(entry, chain(alias), key);
          warnings.addAll(chain.warnings());
          identities.put(alias, SoftwareIdentity.of(entry, chain, key));
        }
      }
      return identities;
    }

    private List<X509Certificate> chain(String alias) throws GeneralSecurityException {
      Certificate[] chain = store.getCertificateChain(alias);
      List<X509Certificate> certificates = new ArrayList<>();
      if (chain != null) {
        for (Certificate certificate : chain) {
          certificates.add((X509Certificate) certificate);
        }
      }
      return certificates;
    }

    List<X509Certificate> authorities() throws GeneralSecurityException {
      List<X509Certificate> authorities = new ArrayList<>();
      for (String alias : aliases) {
        if (store.isCertificateEntry(alias)
            && store.getCertificate(alias) instanceof X509Certificate certificate) {
          authorities.add(certificate);
        }
      }
      return List.copyOf(authorities);
    }

    SettingsDocument settings() throws GeneralSecurityException, IOException {
      byte[] document = secret(SETTINGS);
      return document == null ? SettingsDocument.EMPTY : SettingsDocument.decode(document);
    }

    Map<ScramSlot, SoftwareScramKeys> scram(SettingsDocument settings)
        throws GeneralSecurityException, IOException {
      Map<ScramSlot, SoftwareScramKeys> all = new EnumMap<>(ScramSlot.class);
      for (ScramSlot slot : ScramSlot.values()) {
        SoftwareScramKeys keys = scram(slot, settings.scram(slot));
        if (keys != null) {
          all.put(slot, keys);
        }
      }
      return all;
    }

    private @Nullable SoftwareScramKeys scram(
        ScramSlot slot, SettingsDocument.@Nullable Scram binding)
        throws GeneralSecurityException, IOException {
      byte[] clientKey = secret(slot.clientKey());
      byte[] serverKey = secret(slot.serverKey());
      try {
        if (binding == null && clientKey == null && serverKey == null) {
          return null;
        }
        if (binding == null || clientKey == null || serverKey == null) {
          throw new IOException(
              "SCRAM needs the entries "
                  + List.of(SETTINGS, slot.clientKey(), slot.serverKey())
                  + "; present: "
                  + aliases);
        }
        return binding.with(clientKey, serverKey);
      } finally {
        wipe(clientKey);
        wipe(serverKey);
      }
    }

    @Nullable PendingKey pending() throws GeneralSecurityException, IOException {
      byte[] privateKey = secret(PENDING_KEY);
      byte[] publicKey = secret(PENDING_PUBLIC_KEY);
      try {
        if (privateKey == null && publicKey == null) {
          return null;
        }
        if (privateKey == null || publicKey == null) {
          throw new IOException(
              "a pending key needs the entries "
                  + List.of(PENDING_KEY, PENDING_PUBLIC_KEY)
                  + "; present: "
                  + aliases);
        }
        return PendingKey.decode(where + ", alias \"" + PENDING_KEY + "\"", privateKey, publicKey);
      } finally {
        wipe(privateKey);
      }
    }

    @Nullable SoftwareMac outboxKey() throws GeneralSecurityException, IOException {
      byte[] key = secret(OUTBOX_KEY);
      try {
        if (key != null && key.length != SoftwareMac.KEY_BYTES) {
          throw new IOException(
              "the outbox key has " + key.length + " bytes instead of " + SoftwareMac.KEY_BYTES);
        }
        return key == null ? null : new SoftwareMac(key);
      } finally {
        wipe(key);
      }
    }

    private byte @Nullable [] secret(String alias) throws GeneralSecurityException {
      Key key = store.getKey(alias, password);
      return key instanceof SecretKey secret ? secret.getEncoded() : null;
    }

    private static void wipe(byte @Nullable [] bytes) {
      if (bytes != null) {
        Arrays.fill(bytes, (byte) 0);
      }
    }
  }
}
