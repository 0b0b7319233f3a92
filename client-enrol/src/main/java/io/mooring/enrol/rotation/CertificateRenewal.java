package io.mooring.enrol.rotation;

import io.mooring.ConnectionState;
import io.mooring.Rotation;
import io.mooring.SecureMqttClient;
import io.mooring.enrol.Enrolment;
import io.mooring.enrol.EnrolmentException;
import io.mooring.enrol.EstClient;
import io.mooring.enrol.IdentityStore;
import io.mooring.enrol.IssuedCertificate;
import io.mooring.error.MooringException;
import io.mooring.identity.DeviceIdentity;
import io.mooring.keystore.KeyAlgorithm;
import io.mooring.tls.ClockFloor;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Renews a device's certificate by EST (RFC 7030) while its client runs: in time, with a new key,
 * tried at the broker before the old one is given up. See {@link RenewalPolicy} for the times.
 *
 * <pre>{@code
 * var renewal = CertificateRenewal.builder(store, est, folder.resolve("renewal")).build();
 * var client = SecureMqttClient.builder().identity(renewal.identity())....build();
 * client.start();
 * renewal.start(client);
 * }</pre>
 *
 * <p>An attempt: wait for a live connection; make a key beside the one in use, or take up the one
 * that a former attempt left; have it certified; {@link SecureMqttClient#rotate} to it; put it in
 * the old one's place. A crash at any point leaves an identity that works, and the attempt is on
 * record before it is made, so that a device that crashes again and again does not ask again and
 * again. If the certificate has expired and the broker lets nobody in with it, there is no trial:
 * the new one can only be better.
 *
 * <p>All of this runs on a daemon thread of its own. The store is used on it alone from {@link
 * #start} to {@link #close}.
 */
public final class CertificateRenewal implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("io.mooring.rotation");

  /** A clock may jump: so much later, at the latest, it is looked at again. */
  private static final Duration LONGEST_SLEEP = Duration.ofHours(1);

  private final IdentityStore store;
  private final EstClient est;
  private final @Nullable KeyAlgorithm algorithm;
  private final DeviceTime time;
  private final RenewalPolicy policy;
  private final RenewalPlan plan;
  private final RenewalJournal journal;
  private final Consumer<RenewalEvent> listener;
  private final RotationThread thread = new RotationThread("mooring-renewal");
  private CurrentIdentity inUse;
  private @Nullable SecureMqttClient client;

  private CertificateRenewal(Builder builder, DeviceIdentity identity) {
    this.store = builder.store;
    this.est = builder.est;
    this.algorithm = builder.algorithm;
    this.time = new DeviceTime(builder.clock, builder.floor);
    this.policy = builder.policy;
    this.plan = new RenewalPlan(builder.policy, new SecureRandom());
    this.journal = RenewalJournal.open(builder.journal);
    this.listener = builder.listener;
    this.inUse = new CurrentIdentity(identity);
  }

  /**
   * Begins a description.
   *
   * @param store holds an identity; the caller closes it after this renewal
   * @param est the server, and how it is believed
   * @param journal a file that this device alone uses, best beside the keystore: when the last
   *     attempt was and when the next one is. Made if missing; its folder must exist
   */
  public static Builder builder(IdentityStore store, EstClient est, Path journal) {
    return new Builder(store, est, journal);
  }

  /** The identity to build the client with. */
  public synchronized DeviceIdentity identity() {
    return inUse;
  }

  /**
   * Begins to watch the certificate. Returns at once.
   *
   * @param running has {@link #identity()}, and seeks a connection or will
   * @throws IllegalStateException if it was started before
   */
  public synchronized void start(SecureMqttClient running) {
    if (client != null) {
      throw new IllegalStateException("the renewal was started before");
    }
    client = Objects.requireNonNull(running, "running");
    thread.execute(this::look);
  }

  /**
   * Renews now, whether it is time or not, and however short ago an attempt failed.
   *
   * @return the new certificate; fails with what the attempt failed with
   * @throws IllegalStateException before {@link #start} and after {@link #close}
   */
  public CompletionStage<X509Certificate> renewNow() {
    CompletableFuture<X509Certificate> result = new CompletableFuture<>();
    synchronized (this) {
      if (client == null) {
        throw new IllegalStateException("start(client) comes before renewNow()");
      }
    }
    if (!thread.execute(() -> attempt(result))) {
      throw new IllegalStateException("the renewal is closed");
    }
    return result.minimalCompletionStage();
  }

  /**
   * Begins no attempt from now on. One that runs goes on to its end, which its deadlines bound; a
   * store that is closed meanwhile ends it sooner. May be called again.
   */
  @Override
  public void close() {
    thread.close();
  }

  // --- on the thread ----------------------------------------------------------------------------

  private void look() {
    Duration sleep = LONGEST_SLEEP;
    try {
      Duration wait = untilNext();
      if (wait.isZero()) {
        attempt(new CompletableFuture<>());
        wait = untilNext();
      }
      sleep = wait.compareTo(LONGEST_SLEEP) < 0 ? wait : LONGEST_SLEEP;
    } catch (MooringException e) {
      LOG.log(System.Logger.Level.WARNING, "It is not known when to renew the certificate", e);
    } finally {
      // A millisecond more, since the schedule counts in whole ones and must not come early.
      if (!thread.schedule(this::look, sleep.plusMillis(1))) {
        LOG.log(System.Logger.Level.DEBUG, "The renewal of certificates has ended");
      }
    }
  }

  private Duration untilNext() {
    Instant now = now();
    RenewalRecord last = journal.last();
    if (last != null) {
      last = RenewalPlan.settled(last, now);
      journal.remember(last);
    }
    return plan.untilNext(term(), last, now);
  }

  private void attempt(CompletableFuture<X509Certificate> result) {
    try {
      X509Certificate certificate = renew();
      tell(new RenewalEvent.Renewed(certificate, plan.due(Term.of(certificate))));
      result.complete(certificate);
    } catch (MooringException e) {
      refused(e);
      result.completeExceptionally(e);
    } finally {
      // For what is no MooringException: a fault, which goes on to the thread's end.
      result.completeExceptionally(new IllegalStateException("the renewal ended by a fault"));
    }
  }

  private X509Certificate renew() {
    X509Certificate old = leaf();
    Term term = Term.of(old);
    tell(new RenewalEvent.Due(old));
    journal.remember(plan.attempting(term, journal.last(), now()));
    boolean expired = now().isAfter(term.until());
    if (!expired) {
      Trials.awaitLive(client(), policy.patience());
    }
    IssuedCertificate issued =
        enrolment().renew(est, algorithm, candidate -> tryOn(candidate, expired)).issued();
    X509Certificate certificate = issued.certificate();
    for (String warning : issued.warnings()) {
      LOG.log(System.Logger.Level.WARNING, "The new certificate: {0}", warning);
    }
    journal.remember(plan.renewed(Term.of(certificate), now()));
    if (expired) {
      client().retryNow();
    }
    return certificate;
  }

  private Enrolment enrolment() {
    Enrolment enrolment = Enrolment.in(store).clock(time.clock());
    ClockFloor floor = time.floor();
    return floor == null ? enrolment : enrolment.clockFloor(floor);
  }

  private void tryOn(DeviceIdentity candidate, boolean expired) {
    if (expired && !(client().state() instanceof ConnectionState.Connected)) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The certificate in use has expired and there is no connection: the new one is taken"
              + " without a trial");
      follow(candidate);
      return;
    }
    CurrentIdentity next = new CurrentIdentity(candidate);
    Trials.attempt(client(), Rotation.to(next), policy.patience());
    use(next);
  }

  private synchronized void follow(DeviceIdentity candidate) {
    inUse.follow(candidate);
  }

  private synchronized void use(CurrentIdentity next) {
    inUse = next;
  }

  private synchronized SecureMqttClient client() {
    return Objects.requireNonNull(client, "client");
  }

  private void refused(MooringException cause) {
    Instant next = now();
    RenewalRecord attempt = journal.last();
    if (attempt != null) {
      Duration wanted =
          cause instanceof EnrolmentException answer ? answer.retryAfter().orElse(null) : null;
      RenewalRecord later = RenewalPlan.refused(attempt, wanted);
      next = later.next();
      try {
        journal.remember(later);
      } catch (RotationException e) {
        cause.addSuppressed(e);
      }
    }
    LOG.log(
        System.Logger.Level.WARNING,
        "The certificate was not renewed; next attempt at {0}: {1}",
        next,
        cause.getMessage());
    tell(new RenewalEvent.Failed(cause, next));
  }

  private void tell(RenewalEvent event) {
    try {
      listener.accept(event);
    } catch (RuntimeException e) { // the application's own; it must not end this thread
      LOG.log(System.Logger.Level.WARNING, "A renewal listener threw", e);
    }
  }

  private Term term() {
    return Term.of(leaf());
  }

  private X509Certificate leaf() {
    return present(store).certificateChain().get(0);
  }

  private Instant now() {
    return time.now();
  }

  private static DeviceIdentity present(IdentityStore store) {
    return store
        .identity()
        .orElseThrow(
            () -> new RotationException("There is no identity to renew. Enrol first.", null));
  }

  /** The journal; no secret. */
  @Override
  public String toString() {
    return "CertificateRenewal[" + est + ", " + policy + ", " + journal + "]";
  }

  /** Describes a renewal. */
  public static final class Builder {
    private final IdentityStore store;
    private final EstClient est;
    private final Path journal;
    private @Nullable KeyAlgorithm algorithm;
    private @Nullable ClockFloor floor;
    private Clock clock = Clock.systemUTC();
    private RenewalPolicy policy = RenewalPolicy.DEFAULT;
    private Consumer<RenewalEvent> listener = event -> {};

    private Builder(IdentityStore store, EstClient est, Path journal) {
      this.store = Objects.requireNonNull(store, "store");
      this.est = Objects.requireNonNull(est, "est");
      this.journal = Objects.requireNonNull(journal, "journal");
    }

    /** The kind of the new keys; default: what the server wishes, else EC P-256. */
    public Builder algorithm(KeyAlgorithm wanted) {
      algorithm = Objects.requireNonNull(wanted, "algorithm");
      return this;
    }

    /** When to renew; default: {@link RenewalPolicy#DEFAULT}. */
    public Builder policy(RenewalPolicy wanted) {
      policy = Objects.requireNonNull(wanted, "policy");
      return this;
    }

    /** The clock, best the client's; default: the system's. */
    public Builder clock(Clock wanted) {
      clock = Objects.requireNonNull(wanted, "clock");
      return this;
    }

    /**
     * The lower bound of the present that the client's TLS policy has; default: none. What is due,
     * the EST server and what it issues are judged by it, as {@link Enrolment#clockFloor} says.
     */
    public Builder clockFloor(ClockFloor wanted) {
      floor = Objects.requireNonNull(wanted, "floor");
      return this;
    }

    /**
     * Hears of each attempt, on the thread of the renewal: it waits for what this does. What it
     * throws is logged and has no effect.
     */
    public Builder listener(Consumer<RenewalEvent> wanted) {
      listener = Objects.requireNonNull(wanted, "listener");
      return this;
    }

    /**
     * Reads the journal.
     *
     * @throws RotationException if the store holds no identity
     */
    public CertificateRenewal build() {
      return new CertificateRenewal(this, present(store));
    }
  }
}
