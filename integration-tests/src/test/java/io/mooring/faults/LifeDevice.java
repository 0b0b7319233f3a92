package io.mooring.faults;

import io.mooring.ClientBuilder;
import io.mooring.ConnectionState;
import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.Reconnect;
import io.mooring.SecureMqttClient;
import io.mooring.enrol.EstClient;
import io.mooring.enrol.EstEndpoint;
import io.mooring.enrol.IdentityStore;
import io.mooring.enrol.KeystoreFileStore;
import io.mooring.enrol.rotation.CertificateRenewal;
import io.mooring.enrol.rotation.PinSetEvent;
import io.mooring.enrol.rotation.PinSetRotation;
import io.mooring.enrol.rotation.ScramRotation;
import io.mooring.identity.Secret;
import io.mooring.keystore.Pkcs12Identity;
import io.mooring.scram.Scram;
import io.mooring.scram.ScramCredential;
import io.mooring.tls.TlsPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A device as it starts every day: what its folder holds, with every rotation ready to go on from
 * where the last process was cut off.
 */
final class LifeDevice implements AutoCloseable {
  static final String NAME = "meter-0042";
  static final String TOPIC = "plant/7/meter-0042/telemetry";

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /**
   * Where a device lives and what it talks to.
   *
   * @param folder what a bundle was installed to
   * @param port of the broker
   * @param est URL of the EST server
   * @param estRoot PEM of its authority
   */
  record Site(Path folder, int port, String est, Path estRoot) {
    Path file() {
      return folder.resolve("device.p12");
    }

    Secret password() throws IOException {
      return Secret.of(Files.readString(folder.resolve("storepass")).strip().toCharArray());
    }
  }

  final Path file;
  final Secret password;
  final IdentityStore store;
  final EstClient est;
  final CertificateRenewal renewal;
  final PinSetRotation pins;
  final Optional<ScramRotation> scram;
  final SecureMqttClient client;
  final BlockingQueue<PinSetEvent> pinEvents = new LinkedBlockingQueue<>();

  private final CompletableFuture<Void> connected = new CompletableFuture<>();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  /** Opens all of it, and seeks a connection. */
  LifeDevice(Site site) throws IOException {
    file = site.file();
    password = kept(site.password());
    store = kept(KeystoreFileStore.open(file, password));
    est = EstClient.of(EstEndpoint.parse(site.est()), TlsPolicy.trusting(site.estRoot()));
    renewal =
        kept(CertificateRenewal.builder(store, est, site.folder().resolve("renewal")).build());
    try (Pkcs12Identity keystore = Pkcs12Identity.open(file, password)) {
      pins =
          kept(
              PinSetRotation.in(
                  file,
                  password,
                  TlsPolicy.trusting(keystore.authorities()),
                  "localhost",
                  Clock.systemUTC(),
                  pinEvents::add));
      scram = keystore.hasScram() ? Optional.of(kept(rotation())) : Optional.empty();
    }
    ClientBuilder builder =
        SecureMqttClient.builder()
            .broker("mqtts://localhost:" + site.port())
            .clientId(NAME)
            .connectTimeout(PATIENCE)
            .reconnect(Reconnect.DEFAULT.withBackOff(Duration.ofMillis(10), Duration.ofMillis(200)))
            .tls(pins.policy())
            .identity(renewal.identity())
            .listener(this::stateChanged);
    scram.ifPresent(rotation -> builder.authenticate(rotation.login()));
    client = kept(builder.build());
    scram.ifPresent(rotation -> rotation.start(client));
    pins.start(client);
    client.start();
  }

  private ScramRotation rotation() {
    return ScramRotation.in(file, password, keys -> Scram.sha256(ScramCredential.keys(keys)));
  }

  private void stateChanged(ConnectionState state) {
    scram.ifPresent(rotation -> rotation.stateChanged(state));
    pins.stateChanged(state);
    if (state instanceof ConnectionState.Connected) {
      connected.complete(null);
    }
  }

  /**
   * Waits for the first connection; a refusal on the way is one that a rotation may yet cure.
   *
   * @throws AssertionError if there is none, with the state that the client is in
   */
  void awaitConnected() throws InterruptedException, ExecutionException {
    try {
      connected.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("the device does not connect: " + client.state(), e);
    }
  }

  void publish() {
    client.publishAndWait(
        Message.to(TOPIC).payload("21.5").qos(Qos.AT_LEAST_ONCE).build(), PATIENCE);
  }

  private <T extends AutoCloseable> T kept(T resource) {
    open.push(resource);
    return resource;
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable resource : open) {
      resource.close();
    }
  }
}
