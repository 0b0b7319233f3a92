package io.mooring.scram;

import io.mooring.auth.AuthenticationContext;
import io.mooring.auth.AuthenticationExchange;
import io.mooring.auth.EnhancedAuthenticator;
import io.mooring.error.CredentialException;
import io.mooring.error.ErrorCode;
import io.mooring.identity.SaltedPassword;
import io.mooring.identity.ScramKeys;
import io.mooring.identity.SecretMac;
import io.mooring.tls.ChannelBinding;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * SCRAM-SHA-256 and SCRAM-SHA-512 over MQTT 5 (RFC 5802, RFC 7677; MQTT 5, section 4.12): the
 * device proves that it knows its credential without sending it, and the broker proves the same
 * before any message leaves but the Will, which CONNECT holds.
 *
 * <pre>{@code
 * Scram.sha256(keystore.scram()) // stored keys: no PBKDF2, no password
 * Scram.sha256(ScramCredential.password("meter-0042", secret))
 * Scram.sha512(keys).plus(ChannelBinding.TLS_EXPORTER).reauthenticateEvery(Duration.ofHours(12))
 * }</pre>
 *
 * <p>Immutable: each method returns a changed copy. Thread-safe; what it logs holds no secret.
 */
public final class Scram implements EnhancedAuthenticator {
  private static final System.Logger LOG = System.getLogger("io.mooring.scram");
  private static final int NONCE_BYTES = 24;
  private static final Duration MIN_REAUTHENTICATION = Duration.ofSeconds(1);
  private static final Duration MAX_REAUTHENTICATION = Duration.ofDays(365);

  private final ScramHash hash;
  private final ScramCredential credential;
  private final ScramOptions options;

  private Scram(ScramHash hash, ScramCredential credential, ScramOptions options) {
    this.hash = hash;
    this.credential = credential;
    this.options = options;
  }

  /**
   * SCRAM-SHA-256 (RFC 7677).
   *
   * @throws IllegalArgumentException if the credential was stored for another mechanism
   */
  public static Scram sha256(ScramCredential credential) {
    return of(ScramHash.SHA_256, credential);
  }

  /** SCRAM-SHA-256 with stored keys: same as {@code sha256(ScramCredential.keys(keys))}. */
  public static Scram sha256(ScramKeys keys) {
    return sha256(ScramCredential.keys(keys));
  }

  /**
   * SCRAM-SHA-512, as EMQX and others name it.
   *
   * @throws IllegalArgumentException if the credential was stored for another mechanism
   */
  public static Scram sha512(ScramCredential credential) {
    return of(ScramHash.SHA_512, credential);
  }

  /** SCRAM-SHA-512 with stored keys: same as {@code sha512(ScramCredential.keys(keys))}. */
  public static Scram sha512(ScramKeys keys) {
    return sha512(ScramCredential.keys(keys));
  }

  /** The mechanism that the stored keys were made for. */
  public static Scram keys(ScramKeys keys) {
    return of(ScramHash.ofMechanism(keys.mechanism()), ScramCredential.keys(keys));
  }

  /**
   * The mechanism that the token's key was made for; see {@link ScramCredential#saltedPassword}.
   */
  public static Scram saltedPassword(
      String userName, byte[] salt, int iterations, SecretMac saltedPassword) {
    return of(
        ScramHash.ofHmac(saltedPassword.algorithm()),
        ScramCredential.saltedPassword(userName, salt, iterations, saltedPassword));
  }

  /** The mechanism, user, salt and count that the token's key is stored with. */
  public static Scram saltedPassword(SaltedPassword key) {
    return saltedPassword(key.userName(), key.salt(), key.iterations(), key);
  }

  /**
   * The {@code -PLUS} variant, tied to the TLS connection by a channel binding (RFC 5802, section
   * 6). It is a decision of this configuration alone: MQTT announces no list of mechanisms, so the
   * client neither negotiates nor ever falls back, and there is nothing to strip for a man in the
   * middle. Default: none.
   */
  public Scram plus(ChannelBinding binding) {
    return with(options.channelBinding(Objects.requireNonNull(binding, "binding")));
  }

  /**
   * The PBKDF2 iteration counts that a broker may ask for, checked before any PBKDF2 runs.
   * Defaults: 4,096 (RFC 7677, section 4) and 100,000, which a Raspberry Pi bears in about a
   * second. A stored credential is bound to one count, which the bounds do not touch.
   *
   * @param min at least 4,096; for less see {@link #dangerous}
   * @param max {@code min} to 10,000,000
   */
  public Scram iterations(int min, int max) {
    if (min < IterationBounds.STANDARD_MIN) {
      throw new IllegalArgumentException(
          "minIterations must be at least 4096 (RFC 7677, section 4), not "
              + min
              + "; a lower floor is behind dangerous()");
    }
    if (max < min || max > IterationBounds.ABSOLUTE_MAX) {
      throw new IllegalArgumentException(
          "maxIterations must be minIterations (" + min + ") to 10000000, not " + max);
    }
    return with(options.bounds(new IterationBounds(min, max)));
  }

  /**
   * Sends and hashes user name and password as they are, for brokers that store them unprepared
   * (EMQX). Makes a difference only outside printable ASCII. Default: SASLprep (RFC 4013).
   */
  public Scram withoutSaslPrep() {
    return with(options.saslPrep(false));
  }

  /**
   * The MQTT User Name, sent in CONNECT beside SCRAM since brokers' topic permissions look at it.
   * Default: the SCRAM user name.
   */
  public Scram userName(String mqttUserName) {
    return with(options.userName(new MqttUserName.Given(mqttUserName)));
  }

  /** Sends no MQTT User Name. */
  public Scram withoutUserName() {
    return with(options.userName(new MqttUserName.None()));
  }

  /**
   * Re-authenticates on the live connection, while messages keep flowing (MQTT 5, section 4.12.1).
   * Default: only on demand.
   *
   * @param interval 1 second to 365 days
   */
  public Scram reauthenticateEvery(Duration interval) {
    if (interval.compareTo(MIN_REAUTHENTICATION) < 0
        || interval.compareTo(MAX_REAUTHENTICATION) > 0) {
      throw new IllegalArgumentException(
          "reauthenticateEvery must be 1 second to 365 days, not " + interval);
    }
    return with(options.reauthenticateEvery(interval));
  }

  /**
   * Hands out the keys of each login, once the broker's signature has been verified: so a
   * provisioning tool learns salt and count from the broker, stores the keys and forgets the
   * password.
   *
   * @param store called on a worker thread before the connection is up; the keys are destroyed when
   *     it returns. What it throws fails the connection attempt.
   * @throws IllegalStateException if the credential is no password: it is provisioned already
   */
  public Scram provisioning(Consumer<? super DerivedScramKeys> store) {
    Objects.requireNonNull(store, "store");
    if (!credential.isProvisionable()) {
      throw new IllegalStateException(
          "provisioning needs a password credential; this one is a stored credential already");
    }
    return with(options.provisioning(store::accept));
  }

  /** Options that weaken a default; each logs one warning. */
  public Dangerous dangerous() {
    return new Dangerous();
  }

  /** Options that weaken a default. */
  public final class Dangerous {
    private Dangerous() {}

    /**
     * Accepts brokers that ask for fewer than 4,096 iterations: who records one login, or plays the
     * broker once, then guesses the password that much faster.
     *
     * @param min 1 to 4,095
     */
    public Scram minIterations(int min) {
      if (min < 1 || min >= IterationBounds.STANDARD_MIN) {
        throw new IllegalArgumentException("minIterations here must be 1 to 4095, not " + min);
      }
      System.getLogger("io.mooring.dangerous")
          .log(
              System.Logger.Level.WARNING,
              "SCRAM accepts {0} PBKDF2 iterations, RFC 7677 asks for 4096: passwords are easier to"
                  + " guess. Raise the broker''s iteration count.",
              min);
      return with(options.bounds(new IterationBounds(min, options.bounds().max())));
    }
  }

  /** {@code SCRAM-SHA-256}, {@code SCRAM-SHA-512}, or one of them with {@code -PLUS}. */
  @Override
  public String method() {
    return options.channelBinding() == null ? hash.mechanism() : hash.mechanism() + "-PLUS";
  }

  /** Always true: SCRAM ends with the broker's signature. */
  @Override
  public boolean mutual() {
    return true;
  }

  @Override
  public @Nullable String userName() {
    if (options.userName() instanceof MqttUserName.Given given) {
      return given.value();
    }
    return options.userName() instanceof MqttUserName.None
        ? null
        : credential.preparedUserName(options.saslPrep());
  }

  @Override
  public @Nullable ChannelBinding channelBinding() {
    return options.channelBinding();
  }

  @Override
  public @Nullable Duration reauthenticateEvery() {
    return options.reauthenticateEvery();
  }

  /**
   * Begins an exchange with a nonce of 192 bits.
   *
   * @throws CredentialException if the credential was destroyed, if SASLprep refuses the user name,
   *     or if a channel binding is configured and the connection yields none
   */
  @Override
  public AuthenticationExchange begin(AuthenticationContext context) {
    if (credential.isDestroyed()) {
      throw new CredentialException(
          ErrorCode.CREDENTIAL_DESTROYED,
          "The SCRAM credential of "
              + credential.userName()
              + " was destroyed. Make a new one from its source, and a new client with it.",
          null);
    }
    byte[] nonce = new byte[NONCE_BYTES];
    options.random().nextBytes(nonce);
    ScramLogin login =
        new ScramLogin(
            hash,
            credential,
            options.saslPrep(),
            options.bounds(),
            options.pbkdf2(),
            options.provisioning());
    return new ScramExchange(
        hash, login, gs2Header(), cbindData(context), Base64.getEncoder().encode(nonce));
  }

  /** Mechanism and user name; never a secret. */
  @Override
  public String toString() {
    return "Scram[" + method() + ", " + credential + "]";
  }

  /** The seams for tests: randomness and a countable PBKDF2. */
  Scram with(SecureRandom random, Pbkdf2 pbkdf2) {
    return with(options.seams(random, pbkdf2));
  }

  static Scram of(ScramHash hash, ScramCredential credential) {
    credential.requireFits(hash);
    if (credential.userName().indexOf('=') >= 0 || credential.userName().indexOf(',') >= 0) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The SCRAM user name holds '=' or ',', sent as =3D and =2C (RFC 5802). EMQX undoes this"
              + " wrongly and refuses such a login; choose a name without them there.");
    }
    return new Scram(hash, credential, ScramOptions.DEFAULT);
  }

  private Scram with(ScramOptions changed) {
    return new Scram(hash, credential, changed);
  }

  /**
   * gs2-cbind-flag is {@code n} without a binding, never {@code y}: {@code y} says "I could bind,
   * but you offered no -PLUS", and MQTT brokers offer no list at all. A broker that does know -PLUS
   * would have to take it for an attack and refuse this honest client (RFC 5802, section 6).
   */
  private String gs2Header() {
    ChannelBinding binding = options.channelBinding();
    return binding == null ? "n,," : "p=" + binding.registeredName() + ",,";
  }

  private byte[] cbindData(AuthenticationContext context) {
    ChannelBinding binding = options.channelBinding();
    if (binding == null) {
      return new byte[0];
    }
    byte[] cbindData = context.channelBinding();
    if (cbindData == null || cbindData.length == 0) {
      throw new CredentialException(
          ErrorCode.CHANNEL_BINDING_UNAVAILABLE,
          method()
              + " is configured with "
              + binding.registeredName()
              + ", but the TLS connection to "
              + context.host()
              + " yields no such channel binding. It is never dropped in silence: use another"
              + " binding, TLS 1.3, or leave plus() out.",
          null);
    }
    return cbindData.clone();
  }
}
