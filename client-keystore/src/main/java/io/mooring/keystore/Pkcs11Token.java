package io.mooring.keystore;

import io.mooring.keystore.Pkcs11Exception.Reason;
import io.mooring.keystore.Pkcs11Object.Kind;
import io.mooring.keystore.TokenObjects.Found;
import io.mooring.keystore.internal.cryptoki.CryptokiException;
import io.mooring.keystore.internal.cryptoki.SharedLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A PKCS#11 token (PKCS#11 2.40, OASIS): an HSM, a TPM through tpm2-pkcs11, a smart card or
 * SoftHSM. Keys are made and used in it; there is no call that reads one.
 *
 * <pre>{@code
 * try (var token = Pkcs11Token.library(Path.of("/usr/lib/softhsm/libsofthsm2.so"))
 *         .tokenLabel("device-01")
 *         .pin(Pkcs11Pin.file(Path.of("/etc/meter/pin")))
 *         .open()) {
 *   client.identity(token.identity(Pkcs11Name.label("mqtt")));
 * }
 * }</pre>
 *
 * <p>The token is named by its label or serial number and looked for in all slots, since slots
 * move. Calls to one token are made one at a time, also by several objects of this class, and
 * block: they belong on a worker thread, where the client makes them. All users of a token in one
 * process share one login, so a PIN is checked only when nobody of the process is logged in yet.
 *
 * <p>A token that was taken away gives retryable errors until it is back, and is then opened again
 * by the next call. So does a call that waited 10 s for another one to come back from the token. A
 * PIN that the token refused is never tried again. Needs JNA ({@code net.java.dev.jna:jna}) at run
 * time. Linux and macOS. Safe for use by several threads.
 */
public final class Pkcs11Token implements AutoCloseable {
  private static final int ID_BYTES = 8;

  private final TokenSession session;
  private final Clock clock;

  private Pkcs11Token(TokenSession session, Clock clock) {
    this.session = session;
    this.clock = clock;
  }

  /** Names the library of the token's maker, with which the options start. */
  public static Builder library(Path library) {
    return new Builder(Objects.requireNonNull(library, "library"));
  }

  /** Which token to open, and how. */
  public static final class Builder {
    private final Path library;
    private @Nullable String label;
    private @Nullable String serial;
    private @Nullable Pkcs11Pin pin;
    private Clock clock = Clock.systemUTC();
    private Duration patience = TokenSession.PATIENCE;

    private Builder(Path library) {
      this.library = library;
    }

    /** The label that the token was initialised with. Default: any, if there is one token only. */
    public Builder tokenLabel(String label) {
      this.label = Objects.requireNonNull(label, "label");
      return this;
    }

    /** The serial number of the token. Default: any. */
    public Builder tokenSerial(String serial) {
      this.serial = Objects.requireNonNull(serial, "serial");
      return this;
    }

    /** Where the user PIN comes from. Required unless the token wants no login. */
    public Builder pin(Pkcs11Pin pin) {
      this.pin = Objects.requireNonNull(pin, "pin");
      return this;
    }

    Builder patience(Duration patience) {
      this.patience = patience;
      return this;
    }

    Builder clock(Clock clock) {
      this.clock = clock;
      return this;
    }

    /**
     * Loads the library, finds the token and logs in.
     *
     * @throws Pkcs11Exception if the token cannot be used; its reason says why
     */
    public Pkcs11Token open() {
      TokenSearch search = new TokenSearch(library, label, serial);
      return new Pkcs11Token(TokenSession.open(load(), search, pin, patience), clock);
    }

    private SharedLibrary load() {
      if (!Files.isRegularFile(library)) {
        throw new Pkcs11Exception(
            Reason.LIBRARY,
            "PKCS#11 library "
                + library
                + " is not there. Install the token's software, or correct"
                + " the path.");
      }
      try {
        return SharedLibrary.at(library.toRealPath());
      } catch (NoClassDefFoundError e) {
        throw new Pkcs11Exception(
            Reason.LIBRARY,
            "PKCS#11 needs JNA, which is not there ("
                + e.getMessage()
                + "). Add"
                + " net.java.dev.jna:jna to the class or module path.",
            e);
      } catch (UnsatisfiedLinkError e) {
        throw new Pkcs11Exception(
            Reason.LIBRARY,
            "PKCS#11 library "
                + library
                + " cannot be loaded: "
                + e.getMessage()
                + ". It must be a"
                + " PKCS#11 library for this machine; JNA needs a folder that may hold libraries"
                + " (system property jna.tmpdir).",
            e);
      } catch (IOException | CryptokiException e) {
        throw new Pkcs11Exception(
            Reason.LIBRARY,
            "PKCS#11 library "
                + library
                + " does not start: "
                + e.getMessage()
                + ". Check its"
                + " configuration.",
            e);
      }
    }
  }

  /** The label of the token. */
  public String label() {
    return session.call("tell its label", context -> context.token().label());
  }

  /** The serial number of the token. */
  public String serial() {
    return session.call("tell its serial number", context -> context.token().serial());
  }

  /** Every object in the token that the PIN shows, by its names. */
  public List<Pkcs11Object> objects() {
    return session.call(
        "list its objects",
        context -> TokenObjects.all(context).stream().map(Found::object).toList());
  }

  /** The labels in the token, each once, sorted. */
  public List<String> labels() {
    return objects().stream().map(Pkcs11Object::label).distinct().sorted().toList();
  }

  /** An id that no object has: 8 random bytes. */
  public static byte[] newId() {
    byte[] id = new byte[ID_BYTES];
    new SecureRandom().nextBytes(id);
    return id;
  }

  /**
   * Makes a key pair in the token: CKA_SENSITIVE, not CKA_EXTRACTABLE, for signing alone.
   *
   * @param label CKA_LABEL of both halves; another pair may have it too, as a renewal wants it
   * @param id CKA_ID of both halves, not in use by another private key: {@link #newId()}
   * @throws Pkcs11Exception with {@link Reason#EXISTS} if a private key has the id, {@link
   *     Reason#UNSUPPORTED} if the token cannot make the kind, {@link Reason#READ_ONLY}, {@link
   *     Reason#FULL}
   */
  public Pkcs11KeyPair generateKeyPair(String label, byte[] id, KeyAlgorithm type) {
    Pkcs11Name name = Pkcs11Name.of(label, id);
    session.change(
        "make a key pair of type " + type,
        context -> {
          List<Found> same = TokenObjects.of(context, Kind.PRIVATE_KEY, Pkcs11Name.id(id));
          if (!same.isEmpty()) {
            throw new Pkcs11Exception(
                Reason.EXISTS,
                session.search()
                    + " already holds "
                    + same.get(0).object()
                    + ", which is not overwritten. Delete it, or choose another id.");
          }
          TokenKeyPairs.generate(context, label, id, type);
          return true;
        });
    return keyPair(name);
  }

  /**
   * A key pair, with or without a certificate.
   *
   * @throws Pkcs11Exception with {@link Reason#NO_SUCH_OBJECT} (the message lists what is there),
   *     {@link Reason#AMBIGUOUS}, {@link Reason#NOT_PERMITTED} if the key may not sign, {@link
   *     Reason#UNSUPPORTED}
   */
  public Pkcs11KeyPair keyPair(Pkcs11Name name) {
    record Half(Pkcs11Object object, PublicKey publicKey) {}
    Half half =
        session.call(
            "find the key pair with " + name,
            context -> {
              List<Found> keys = TokenObjects.of(context, Kind.PRIVATE_KEY, name);
              if (keys.isEmpty()) {
                throw TokenObjects.missing(session.search(), Kind.PRIVATE_KEY, name, context);
              }
              if (keys.size() > 1) {
                throw TokenObjects.ambiguous(
                    session.search(), Kind.PRIVATE_KEY, keys.stream().map(Found::object).toList());
              }
              Found key = keys.get(0);
              PublicKey publicKey =
                  TokenPublicKeys.of(context, key, TokenObjects.certificates(context));
              if (publicKey == null) {
                throw new Pkcs11Exception(
                    Reason.NO_SUCH_OBJECT,
                    session.search()
                        + " holds "
                        + key.object()
                        + " without its public key or certificate, or of a kind that is not"
                        + " supported. Put the public key beside it, under the same id.");
              }
              return new Half(key.object(), publicKey);
            });
    return Pkcs11KeyPair.probed(session, new TokenKey(session, half.object()), half.publicKey());
  }

  /**
   * The private keys under a label, each with whether a certificate in the token is for it. None of
   * them signs for this.
   *
   * @param label CKA_LABEL, 1 to 255 characters
   */
  public List<Pkcs11KeyEntry> keys(String label) {
    Pkcs11Name name = Pkcs11Name.label(label);
    return session.call(
        "list the keys with " + name, context -> TokenCertificates.entries(context, label));
  }

  /** The identity of the only label that has a private key; see the longest form. */
  public Pkcs11Identity identity() {
    return identity(null, null, List.of());
  }

  /** The identity of a key, with certificates from the token; see the longest form. */
  public Pkcs11Identity identity(Pkcs11Name key) {
    return identity(key, null, List.of());
  }

  /**
   * A certificate and its key. Of several certificates for the key, or for several keys of one
   * label as a renewal leaves them, the newest counts.
   *
   * @param key the private key; null for the only label that has one
   * @param certificate the certificate object; null for the newest that fits the key
   * @param more certificates from elsewhere, of {@link PemIdentity#certificates} say: issuers that
   *     complete the chain where the token holds the leaf only, or all of them where it holds none
   * @throws Pkcs11Exception with {@link Reason#NO_SUCH_OBJECT} (the message lists what is there),
   *     {@link Reason#AMBIGUOUS}, {@link Reason#NO_CERTIFICATE}, {@link Reason#KEY_MISMATCH},
   *     {@link Reason#NOT_PERMITTED} if the key may not sign, {@link Reason#UNSUPPORTED}
   */
  public Pkcs11Identity identity(
      @Nullable Pkcs11Name key,
      @Nullable Pkcs11Name certificate,
      Collection<X509Certificate> more) {
    TokenCertificates.Choice choice =
        session.call(
            "find the identity",
            context -> TokenCertificates.choose(session.search(), context, key, certificate, more));
    Pkcs11KeyPair pair =
        Pkcs11KeyPair.probed(
            session, new TokenKey(session, choice.key().object()), choice.publicKey());
    List<X509Certificate> chain =
        CertificateChain.from(session.search().toString(), choice.leaf(), choice.rest())
            .certificates();
    return new Pkcs11Identity(pair, chain, clock);
  }

  /**
   * Stores the certificate of a key and those that issued it, in place of the ones before. The new
   * leaf comes into force in one call to the token; a crash leaves the old one or the new one in
   * force.
   *
   * @param label CKA_LABEL of the certificates
   * @param id CKA_ID of the private key
   * @param chain the certificate of the key and its issuers, in any order; the anchor is left out
   * @throws Pkcs11Exception with {@link Reason#NO_SUCH_OBJECT} if no private key has the id, {@link
   *     Reason#KEY_MISMATCH} if no certificate is for it, {@link Reason#READ_ONLY}, {@link
   *     Reason#FULL}
   */
  public void storeCertificateChain(String label, byte[] id, Collection<X509Certificate> chain) {
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("a chain has at least one certificate");
    }
    TokenCertificates.store(
        session, Pkcs11Name.requireLabel(label), Pkcs11Name.requireId(id), List.copyOf(chain));
  }

  /**
   * Stores a SaltedPassword as a non-extractable HMAC key, in place of the one under the label, and
   * beside it a data object that says which user, salt and count it is for. The old one stays in
   * force until the new one is there whole.
   *
   * @param label CKA_LABEL of both
   * @param mechanism {@code SCRAM-SHA-256} or {@code SCRAM-SHA-512}
   * @param userName as the broker stores it
   * @param salt that the broker uses for this user
   * @param iterations that the broker uses for this user; at least 1
   * @param saltedPassword Hi(password, salt, iterations) of RFC 5802: 32 or 64 bytes; the caller
   *     wipes it
   * @throws Pkcs11Exception with {@link Reason#UNSUPPORTED} if the token cannot compute the HMAC,
   *     {@link Reason#READ_ONLY}, {@link Reason#FULL}, {@link Reason#FAILED} if it takes no keys
   *     from outside: see {@link #adoptScramKey}
   */
  public Pkcs11SaltedPassword storeScramKey(
      String label,
      String mechanism,
      String userName,
      byte[] salt,
      int iterations,
      byte[] saltedPassword) {
    ScramBinding binding =
        new ScramBinding(
            mechanism,
            userName,
            salt.clone(),
            iterations,
            HexFormat.of().formatHex(newId()),
            0,
            "");
    if (saltedPassword.length != SoftwareScramKeys.hashBytes(mechanism)) {
      throw new IllegalArgumentException(
          "the SaltedPassword of "
              + mechanism
              + " does not have "
              + saltedPassword.length
              + " bytes");
    }
    return TokenScram.store(session, Pkcs11Name.requireLabel(label), binding, saltedPassword);
  }

  /**
   * Says what a secret key that is in the token already is for: one that the token's own tool
   * imported, since some tokens take no keys from outside (tpm2-pkcs11: {@code tpm2_ptool import}).
   * Nobody but the broker can tell whether the key is the right one.
   *
   * @param key names a secret key for signing (CKK_GENERIC_SECRET) that holds SaltedPassword
   * @param mechanism {@code SCRAM-SHA-256} or {@code SCRAM-SHA-512}
   * @param userName as the broker stores it
   * @param salt that the broker uses for this user
   * @param iterations that the broker uses for this user; at least 1
   * @throws Pkcs11Exception with {@link Reason#NO_SUCH_OBJECT} (the message lists what is there),
   *     {@link Reason#AMBIGUOUS}, {@link Reason#NOT_PERMITTED} if the key may not sign, {@link
   *     Reason#UNSUPPORTED}
   */
  public Pkcs11SaltedPassword adoptScramKey(
      Pkcs11Name key, String mechanism, String userName, byte[] salt, int iterations) {
    return TokenScram.adopt(
        session,
        Objects.requireNonNull(key, "key"),
        new ScramBinding(mechanism, userName, salt.clone(), iterations, "", 0, ""));
  }

  /**
   * The SCRAM key that {@link #storeScramKey} stored. It computes one HMAC, which must fit what is
   * stored beside it.
   *
   * @param label of the key; null for the only SCRAM key in the token
   * @throws Pkcs11Exception with {@link Reason#NO_SUCH_OBJECT} (the message lists what is there),
   *     {@link Reason#AMBIGUOUS}, {@link Reason#DAMAGED}, {@link Reason#UNSUPPORTED}
   */
  public Pkcs11SaltedPassword scramKey(@Nullable String label) {
    return TokenScram.load(session, label == null ? null : Pkcs11Name.label(label));
  }

  /** The labels of the SCRAM keys in the token, sorted; empty if there are none. */
  public List<String> scramLabels() {
    return session.call("list its SCRAM keys", TokenScram::labels);
  }

  /**
   * Makes a key in the token for sealing secrets in files: an HMAC key of 32 random bytes that is
   * not extractable. Where a token cannot make one (tpm2-pkcs11), its own tool imports one, and
   * {@link #seal} uses it.
   *
   * @throws Pkcs11Exception with {@link Reason#EXISTS} if there is a secret key of the label,
   *     {@link Reason#UNSUPPORTED} if the token makes no such key, {@link Reason#READ_ONLY}
   */
  public Pkcs11Seal generateSealKey(String label) {
    Pkcs11Name name = Pkcs11Name.label(label);
    session.change(
        "make a sealing key",
        context -> {
          if (!TokenObjects.of(context, Kind.SECRET_KEY, name).isEmpty()) {
            throw new Pkcs11Exception(
                Reason.EXISTS,
                session.search()
                    + " already holds a secret key with "
                    + name
                    + ", which is not overwritten: what it sealed would be lost.");
          }
          TokenKeyPairs.generateMacKey(context, label, newId());
          return true;
        });
    return seal(label);
  }

  /**
   * The key under a label, for sealing secrets in files.
   *
   * @throws Pkcs11Exception with {@link Reason#NO_SUCH_OBJECT} (the message lists what is there),
   *     {@link Reason#AMBIGUOUS}, {@link Reason#NOT_PERMITTED}, {@link Reason#UNSUPPORTED}
   */
  public Pkcs11Seal seal(String label) {
    Pkcs11Name name = Pkcs11Name.label(label);
    Pkcs11Object key =
        session.call(
            "find the sealing key",
            context -> {
              List<Found> keys = TokenObjects.of(context, Kind.SECRET_KEY, name);
              if (keys.isEmpty()) {
                throw TokenObjects.missing(session.search(), Kind.SECRET_KEY, name, context);
              }
              if (keys.size() > 1) {
                throw TokenObjects.ambiguous(
                    session.search(), Kind.SECRET_KEY, keys.stream().map(Found::object).toList());
              }
              return keys.get(0).object();
            });
    Pkcs11Seal seal = new Pkcs11Seal(session, new TokenKey(session, key));
    seal.open("pre-flight", seal.seal("pre-flight", new byte[1]));
    return seal;
  }

  /**
   * Deletes every object that bears a name: keys, certificates and data. Nothing if there is none.
   *
   * @return what was deleted
   * @throws Pkcs11Exception with {@link Reason#READ_ONLY} if the token takes no change
   */
  public List<Pkcs11Object> delete(Pkcs11Name name) {
    return session.change(
        "delete what has " + name,
        context -> {
          List<Pkcs11Object> gone = new ArrayList<>();
          for (Found found : TokenObjects.all(context)) {
            if (name.matches(found.object())) {
              context.functions().destroy(context.session(), found.handle());
              gone.add(found.object());
            }
          }
          return List.copyOf(gone);
        });
  }

  /**
   * Deletes a key of {@link #keys}, and what is for it under its label: public key objects and
   * certificates of the same public key, whatever their CKA_ID. The private key goes first, so that
   * a crash leaves none that seems to wait for a certificate. Nothing if it is not there any more.
   *
   * @return what was deleted
   * @throws Pkcs11Exception with {@link Reason#NOT_PERMITTED} if the public half is not known, so
   *     that it could be another key; {@link Reason#READ_ONLY} if the token takes no change
   */
  public List<Pkcs11Object> delete(Pkcs11KeyEntry key) {
    PublicKey publicKey =
        key.publicKey()
            .orElseThrow(
                () ->
                    new Pkcs11Exception(
                        Reason.NOT_PERMITTED,
                        session.search()
                            + " does not show the public half of "
                            + key.object()
                            + ", so that it may be in use: it is not deleted. Delete it by its"
                            + " name, with the token's own tool say."));
    return session.change(
        "delete " + key.object(),
        context -> TokenCertificates.delete(context, key.object(), publicKey));
  }

  /**
   * Ends the session; the last user of the token in this process logs out. Where another call hangs
   * in the token for 10 s, that is left to the end of that call, with a warning. May be called
   * again.
   */
  @Override
  public void close() {
    session.close();
  }

  /** Which token; never the PIN. */
  @Override
  public String toString() {
    return "Pkcs11Token[" + session.search() + (session.isClosed() ? ", closed]" : "]");
  }
}
