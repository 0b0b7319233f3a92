package io.mooring.cli;

import io.mooring.ClientBuilder;
import io.mooring.HttpProxy;
import io.mooring.Reconnect;
import io.mooring.SecureMqttClient;
import io.mooring.auth.Authentication;
import io.mooring.auth.EnhancedAuthenticator;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.Secret;
import io.mooring.identity.SecretMac;
import io.mooring.keystore.PemIdentity;
import io.mooring.keystore.Pkcs11Token;
import io.mooring.keystore.Pkcs12Identity;
import io.mooring.tls.TlsPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What a client is built of, opened from files and tokens; closing it wipes the secrets. */
final class ClientMaterial implements AutoCloseable {
  private final Deque<Runnable> wipes = new ArrayDeque<>();
  private final ClientBuilder builder;
  private final UnaryOperator<EnhancedAuthenticator> watch;
  private TlsPolicy tls = TlsPolicy.systemRoots();
  private @Nullable DeviceIdentity deviceIdentity;
  private @Nullable SecretMac outboxKey;
  private @Nullable HttpProxy proxy;
  private @Nullable String userName;
  private boolean anonymous;

  private ClientMaterial(ClientBuilder builder, UnaryOperator<EnhancedAuthenticator> watch) {
    this.builder = builder;
    this.watch = watch;
  }

  /** Opens all that the options name, before anything is sent. */
  static ClientMaterial open(TrustOptions trust, DeviceOptions device, Terminal terminal) {
    return open(trust, device, terminal, UnaryOperator.identity());
  }

  /** The same, with {@code watch} around the authenticator if there is one. */
  static ClientMaterial open(
      TrustOptions trust,
      DeviceOptions device,
      Terminal terminal,
      UnaryOperator<EnhancedAuthenticator> watch) {
    trust.complete(device.keystore);
    ClientMaterial material =
        new ClientMaterial(
            SecureMqttClient.builder()
                .broker(trust.requireBroker())
                .reconnect(Reconnect.none()), // a command that fails says so and ends
            watch);
    boolean done = false;
    try {
      material.configure(trust, device, terminal);
      done = true;
      return material;
    } finally {
      if (!done) {
        material.close();
      }
    }
  }

  /** A builder that lacks only what the command itself wants. */
  ClientBuilder builder() {
    return builder;
  }

  /** Whom the client believes. */
  TlsPolicy tls() {
    return tls;
  }

  /** What carries the connection, or null. */
  @Nullable HttpProxy proxy() {
    return proxy;
  }

  /** The client certificate and its key, or null. */
  @Nullable DeviceIdentity identity() {
    return deviceIdentity;
  }

  /** The user name that is shown to the broker, or null. */
  @Nullable String userName() {
    return userName;
  }

  /** Whether nothing authenticates the device. */
  boolean isAnonymous() {
    return anonymous;
  }

  /** What the keystore keeps for an outbox on disk, or null. */
  @Nullable SecretMac outboxKey() {
    return outboxKey;
  }

  /** Wipes the secrets; a client built of them cannot connect again. */
  @Override
  public void close() {
    while (!wipes.isEmpty()) {
      wipes.pop().run();
    }
  }

  private void configure(TrustOptions trust, DeviceOptions device, Terminal terminal) {
    if (device.channelBinding != null && (device.auth == null || !device.auth.plus())) {
      throw new UsageException(
          "--channel-binding is for the -plus methods; --auth is "
              + (device.auth == null ? "missing" : device.auth));
    }
    Pkcs12Identity keystore = keystore(device.keystore, terminal);
    outboxKey = keystore != null && keystore.hasOutboxKey() ? keystore.outboxKey() : null;
    UsageException.parse("--client-id", () -> builder.clientId(trust.clientId));
    tls =
        keystore == null
            ? trust.policy(List.of(), List.of())
            : trust.policy(keystore.authorities(), keystore.pins());
    builder.tls(tls);
    HttpProxy carrier = trust.proxy.open(terminal, wipes);
    if (carrier != null) {
      builder.proxy(carrier);
      proxy = carrier;
    }
    Pkcs11Token token = device.token.open(terminal, wipes);
    DeviceIdentity identity = identity(device, keystore, token, terminal);
    if (identity != null) {
      builder.identity(identity);
      deviceIdentity = identity;
    }
    StoredScram scram = StoredScram.of(device, keystore, token);
    AuthMethod method = method(device, keystore, identity, scram);
    if (method == null) {
      builder.dangerous().anonymous();
      anonymous = true;
    } else if (method != AuthMethod.CERTIFICATE) {
      Authentication chosen = authentication(method, device, scram, terminal);
      userName =
          chosen instanceof EnhancedAuthenticator enhanced ? enhanced.userName() : device.user;
      builder.authenticate(
          chosen instanceof EnhancedAuthenticator enhanced ? watch.apply(enhanced) : chosen);
    }
  }

  private @Nullable Pkcs12Identity keystore(KeystoreOptions options, Terminal terminal) {
    Pkcs12Identity keystore = options.open(terminal);
    if (keystore != null) {
      wipes.push(keystore::close);
      keystore.warnings().forEach(warning -> terminal.say("warning: " + warning));
    }
    return keystore;
  }

  private @Nullable DeviceIdentity identity(
      DeviceOptions device,
      @Nullable Pkcs12Identity keystore,
      @Nullable Pkcs11Token token,
      Terminal terminal) {
    Path certificate = device.certificate;
    Path key = device.key;
    if (token != null) {
      if (key != null || device.keyPasswordFile != null) {
        throw new UsageException("--key is a file; the key in the token is named by --key-label");
      }
      return device.token.identity(
          token, certificate, device.auth == AuthMethod.CERTIFICATE, terminal);
    }
    if (certificate != null && key != null) {
      PemIdentity pem = pem(certificate, key, device.keyPasswordFile, terminal);
      wipes.push(pem::close);
      pem.warnings().forEach(warning -> terminal.say("warning: " + warning));
      return pem;
    }
    if (certificate != null || key != null || device.keyPasswordFile != null) {
      throw new UsageException("--cert and --key go together; one of them is missing");
    }
    return keystore != null && keystore.hasIdentity() ? keystore.identity() : null;
  }

  /** Opens a certificate and key; asks for nothing, since most keys of devices are unencrypted. */
  static PemIdentity pem(
      Path certificate, Path key, @Nullable Path keyPasswordFile, Terminal terminal) {
    if (keyPasswordFile == null) {
      return PemIdentity.open(certificate, key);
    }
    try (Secret password =
        Passwords.read(terminal, "--key-password-file", keyPasswordFile, "Key password")) {
      return UsageException.parse(
          "--key-password-file", () -> PemIdentity.open(certificate, key, password));
    }
  }

  private static @Nullable AuthMethod method(
      DeviceOptions device,
      @Nullable Pkcs12Identity keystore,
      @Nullable DeviceIdentity identity,
      @Nullable StoredScram scram) {
    AuthMethod chosen = device.auth;
    if (chosen == AuthMethod.CERTIFICATE && identity == null) {
      if (keystore != null) {
        keystore.identity(); // says what the keystore holds instead
      }
      throw new UsageException(
          "--auth certificate needs --cert and --key, --keystore, or --pkcs11-library");
    }
    if (chosen != null) {
      return chosen;
    }
    if (device.user != null || device.passwordFile != null) {
      throw new UsageException(
          "--user and --password-file need --auth: a SCRAM method where the broker has one, since"
              + " it never shows the password, or password");
    }
    if (scram != null) {
      return scram.mechanism().equals("SCRAM-SHA-512")
          ? AuthMethod.SCRAM_SHA_512
          : AuthMethod.SCRAM_SHA_256;
    }
    return identity == null ? null : AuthMethod.CERTIFICATE;
  }

  private Authentication authentication(
      AuthMethod method, DeviceOptions device, @Nullable StoredScram scram, Terminal terminal) {
    String mechanism = method.mechanism();
    if (mechanism != null) {
      return ScramSetup.of(method, mechanism, device, scram, terminal, wipes);
    }
    String user = device.user;
    if (user == null) {
      throw new UsageException("--auth password needs --user and --password-file");
    }
    Secret password = password(device, user, terminal);
    wipes.push(password::close);
    return PasswordAuthentication.of(user, password);
  }

  /** Reads the password of {@code user}; the caller wipes it. */
  static Secret password(DeviceOptions device, String user, Terminal terminal) {
    return Passwords.read(
        terminal,
        "--password-file",
        device.passwordFile,
        "Password of " + Terminal.printable(user));
  }

  /** The range that the library allows for one connection attempt. */
  static Duration connectTimeout(Duration wanted) {
    Duration longest = Duration.ofMinutes(10);
    return wanted.compareTo(longest) > 0 ? longest : wanted;
  }
}
