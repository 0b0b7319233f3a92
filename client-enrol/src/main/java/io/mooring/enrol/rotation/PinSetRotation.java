package io.mooring.enrol.rotation;

import io.mooring.ConnectionInfo;
import io.mooring.ConnectionListener;
import io.mooring.ConnectionState;
import io.mooring.Endpoint;
import io.mooring.Rotation;
import io.mooring.SecureMqttClient;
import io.mooring.error.MooringException;
import io.mooring.identity.Secret;
import io.mooring.keystore.KeystoreUpdate;
import io.mooring.keystore.PinRotation;
import io.mooring.keystore.PinSetDocument;
import io.mooring.keystore.PinSetException;
import io.mooring.keystore.Pkcs12Identity;
import io.mooring.tls.PinSet;
import io.mooring.tls.SpkiPin;
import io.mooring.tls.TlsPolicy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes a running client from one pin set to the next (docs/PIN-SET-FORMAT.md): a signed set is
 * staged in the keystore and believed beside the pins in force; once the broker shows a key of it,
 * the set is tried alone, and put in force if the broker satisfies it. A device whose broker
 * changes its key in between comes back by itself.
 *
 * <pre>{@code
 * var pins = PinSetRotation.in(keystoreFile, password, TlsPolicy.trusting(ca), "broker.example");
 * var client = SecureMqttClient.builder().tls(pins.policy()).listener(pins)....build();
 * pins.start(client);
 * client.subscribe("fleet/pins", message -> pins.offer(message.payload()));
 * client.start();
 * }</pre>
 *
 * <p>The client believes a staged set once a connection has held with it. A broker that changes its
 * key in the seconds before that stops the client; its next process believes both from the start.
 *
 * <p>An application with a listener of its own passes each state on to {@link #stateChanged}. Files
 * and trials are waited for on a daemon thread.
 */
public final class PinSetRotation implements ConnectionListener, AutoCloseable {
  private static final System.Logger LOG = System.getLogger("io.mooring.rotation");
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** How often it is looked whether a clock that was behind has been set. */
  private static final Duration EARLY_PAUSE = Duration.ofMinutes(5);

  private final Path file;
  private final Secret password;
  private final TlsPolicy base;
  private final String host;
  private final DeviceTime time;
  private final Duration earlyPause;
  private final Consumer<PinSetEvent> listener;
  private final Pkcs12Identity keystore;
  private final RotationThread thread = new RotationThread("mooring-pin-rotation");
  private final PinSetOffers offers = new PinSetOffers(this::isForThisDevice, this::begin);
  private Set<SpkiPin> believed;

  /** Signed for this device and good, but for its first day by this device's clock; in memory. */
  private @Nullable PinSetDocument early;

  private boolean earlyScheduled;
  private volatile @Nullable SecureMqttClient client;

  private PinSetRotation(
      Path file,
      Secret password,
      TlsPolicy base,
      String host,
      Clock clock,
      Consumer<PinSetEvent> listener,
      Duration earlyPause) {
    this.file = Objects.requireNonNull(file, "file");
    this.password = Objects.requireNonNull(password, "password");
    this.base = Objects.requireNonNull(base, "base");
    this.host = Objects.requireNonNull(host, "host");
    this.time = new DeviceTime(Objects.requireNonNull(clock, "clock"), base.clockFloor());
    this.earlyPause = earlyPause;
    this.listener = Objects.requireNonNull(listener, "listener");
    this.keystore = Pkcs12Identity.open(file, password);
    this.believed = wanted();
  }

  /**
   * Works on a keystore file that holds pins, and the signers that may change them.
   *
   * @param password of the file; used at each change, so the caller destroys it after {@link
   *     #close}
   * @param base the client's policy; its pins are replaced. If it has a {@link
   *     io.mooring.tls.ClockFloor}, documents are judged at the later of clock and floor
   * @param host of the broker's endpoint, as in the documents
   * @throws io.mooring.keystore.DeviceKeystoreException if the file cannot be used
   * @throws IllegalArgumentException if it does not hold a pin and a backup
   */
  public static PinSetRotation in(Path file, Secret password, TlsPolicy base, String host) {
    return in(file, password, base, host, Clock.systemUTC(), event -> {});
  }

  /**
   * The same, by another clock and with a listener.
   *
   * @param clock judges the validity of documents; best the client's
   * @param listener hears of each step on the thread of the rotation; what it throws is logged
   */
  public static PinSetRotation in(
      Path file,
      Secret password,
      TlsPolicy base,
      String host,
      Clock clock,
      Consumer<PinSetEvent> listener) {
    return in(file, password, base, host, clock, listener, EARLY_PAUSE);
  }

  /** The same with another pause between looks at the clock. */
  static PinSetRotation in(
      Path file,
      Secret password,
      TlsPolicy base,
      String host,
      Clock clock,
      Consumer<PinSetEvent> listener,
      Duration earlyPause) {
    PinSetRotation rotation =
        new PinSetRotation(file, password, base, host, clock, listener, earlyPause);
    rotation.policy();
    return rotation;
  }

  /** The policy to build the client with: the pins in force, and those of a staged set. */
  public TlsPolicy policy() {
    return base.pinned(PinSet.of(wanted()));
  }

  /**
   * Names the client whose pins these are.
   *
   * @param running was built with {@link #policy()}
   * @throws IllegalStateException if one was named before
   */
  public synchronized void start(SecureMqttClient running) {
    if (client != null) {
      throw new IllegalStateException("the rotation of pins was started before");
    }
    client = Objects.requireNonNull(running, "running");
    if (running.state() instanceof ConnectionState.Connected) {
      thread.execute(this::look);
    }
  }

  /**
   * Takes a signed set, however it came. To offer the same one again is no error and changes
   * nothing, so a retained message will do. Call it from a message handler if you like: it waits
   * for nobody.
   *
   * <p>One set is worked on, which may take minutes, and one waits. Of the one that waits and a
   * further one, the set with the lower counter is left out; whatever is not signed for this device
   * and host counts as lowest, and between equals the one that came first is left out.
   *
   * <p>A set that is good but not valid yet, as every set is by a clock in 1970, is refused and
   * kept in memory, the one with the highest counter. It is taken as soon as the clock allows: that
   * is looked at with each connection and every 5 minutes.
   *
   * @param document copied
   * @return completes once the set is staged, and put in force if the live broker satisfies it
   *     already; fails with {@link io.mooring.keystore.PinSetException} if the set is refused, with
   *     {@link PinSetLeftOutException} if it gave way to another one, which no {@link PinSetEvent}
   *     tells, with another {@link MooringException} if it is staged but the trial failed
   * @throws IllegalStateException after {@link #close}
   */
  public CompletionStage<Void> offer(byte[] document) {
    return offers.add(document);
  }

  /**
   * Goes back to the pins before the last promotion, if the live broker satisfies them.
   *
   * @return fails with {@link io.mooring.keystore.PinSetException} if there are none, and with what
   *     the trial failed with
   * @throws IllegalStateException after {@link #close}
   */
  public CompletionStage<Void> rollBack() {
    return run(this::goBack);
  }

  /** Looks at each connection whether the broker shows a key of the staged set. */
  @Override
  public void stateChanged(ConnectionState state) {
    if (state instanceof ConnectionState.Connected) {
      thread.execute(this::look);
    }
  }

  /** Begins nothing from now on, and lets go of the keystore. May be called again. */
  @Override
  public void close() {
    thread.execute(keystore::close);
    thread.close();
  }

  // --- on the thread ----------------------------------------------------------------------------

  private CompletionStage<Void> run(Runnable step) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    execute(() -> run(step, result));
    return result.minimalCompletionStage();
  }

  private void begin() {
    execute(this::takeOffer);
  }

  private void execute(Runnable task) {
    if (!thread.execute(task)) {
      throw new IllegalStateException("the rotation of pins is closed");
    }
  }

  /** By what the keystore said when it was read last: it ranks offers, and refuses none. */
  private boolean isForThisDevice(PinSetDocument document) {
    return document.host().equals(new Endpoint(host, Endpoint.DEFAULT_PORT).host())
        && keystore.pinRotation().signers().contains(document.signer());
  }

  private void run(Runnable step, CompletableFuture<Void> result) {
    try {
      step.run();
      result.complete(null);
    } catch (MooringException e) {
      LOG.log(System.Logger.Level.WARNING, "The pins were not rotated: {0}", e.getMessage());
      tell(new PinSetEvent.Failed(e));
      result.completeExceptionally(e);
    } finally {
      result.completeExceptionally(new IllegalStateException("the rotation ended by a fault"));
    }
  }

  private void look() {
    takeEarly();
    SecureMqttClient running = client;
    if (running != null && running.state() instanceof ConnectionState.Connected connected) {
      run(() -> settle(connected.info()), new CompletableFuture<>());
    }
  }

  private void takeOffer() {
    PinSetOffers.Offer offer = offers.next();
    run(() -> take(PinSetDocument.parse(offer.bytes)), offer.result);
  }

  /** Takes the set that came before its time, if that has come. */
  private void takeEarly() {
    PinSetDocument document = early;
    if (document != null && document.hasBegun(time.now())) {
      run(() -> take(document), new CompletableFuture<>());
    }
  }

  private void lookAtTheClock() {
    earlyScheduled = false;
    takeEarly();
    if (early != null) {
      scheduleEarly();
    }
  }

  private void scheduleEarly() {
    if (!earlyScheduled) {
      earlyScheduled = thread.schedule(this::lookAtTheClock, earlyPause);
    }
  }

  private void take(PinSetDocument document) {
    try {
      KeystoreUpdate.applyIf(
          file, password, edit -> edit.stagedPins().accept(document, host, time.now()));
    } catch (PinSetException e) {
      if (e.reason() == PinSetException.Reason.NOT_YET_VALID) {
        keep(document);
      } else if (document.equals(early)) {
        early = null;
      }
      throw e;
    }
    if (early != null && early.counter() <= document.counter()) {
      early = null;
    }
    settle(Trials.awaitLive(client(), PATIENCE));
  }

  /** Its signer, its host and its signature hold, or it would have been refused for them. */
  private void keep(PinSetDocument document) {
    long known = keystore.pinRotation().counter();
    if (document.counter() > (early == null ? known : Math.max(known, early.counter()))) {
      early = document;
    }
    if (early != null) {
      scheduleEarly();
    }
  }

  /** Does what is left to do, from wherever a crash or a failure left it. */
  private void settle(ConnectionInfo live) {
    keystore.reload(password);
    PinSetDocument staged = keystore.pinRotation().staged().orElse(null);
    ConnectionInfo facts = live;
    if (!believed.equals(wanted())) {
      facts = believe(wanted());
      if (staged != null) {
        tell(new PinSetEvent.Staged(staged));
      }
    }
    SpkiPin shown = facts.matchedPin();
    if (staged != null && shown != null && staged.pins().contains(shown)) {
      SpkiPin matched = matched(believe(new LinkedHashSet<>(staged.pins())));
      KeystoreUpdate.apply(file, password, edit -> edit.stagedPins().promote(matched));
      keystore.reload(password);
      tell(new PinSetEvent.Promoted(staged, matched));
    }
  }

  private void goBack() {
    keystore.reload(password);
    PinRotation known = keystore.pinRotation();
    if (!known.previous().isEmpty()) {
      believe(new LinkedHashSet<>(known.previous()));
    }
    KeystoreUpdate.apply(file, password, edit -> edit.stagedPins().rollBack());
    keystore.reload(password);
  }

  private ConnectionInfo believe(Set<SpkiPin> pins) {
    ConnectionInfo facts =
        Trials.attempt(client(), Rotation.to(base.pinned(PinSet.of(pins))), PATIENCE);
    believed = pins;
    return facts;
  }

  private Set<SpkiPin> wanted() {
    Set<SpkiPin> pins = new LinkedHashSet<>(keystore.pins());
    // Without pins in force a staged set must not bring any: it may only replace them.
    if (!pins.isEmpty()) {
      keystore.pinRotation().staged().ifPresent(document -> pins.addAll(document.pins()));
    }
    return pins;
  }

  private static SpkiPin matched(ConnectionInfo facts) {
    return Objects.requireNonNull(facts.matchedPin(), "a pinned connection names its pin");
  }

  private SecureMqttClient client() {
    SecureMqttClient running = client;
    if (running == null) {
      throw new RotationException(
          "The set is staged, and there is no client to try it with: call start(client).", null);
    }
    return running;
  }

  private void tell(PinSetEvent event) {
    try {
      listener.accept(event);
    } catch (RuntimeException e) { // the application's own; it must not end this thread
      LOG.log(System.Logger.Level.WARNING, "A listener of pin sets threw", e);
    }
  }

  /** The file and the host; no secret. */
  @Override
  public String toString() {
    return "PinSetRotation[" + file + ", " + host + "]";
  }
}
