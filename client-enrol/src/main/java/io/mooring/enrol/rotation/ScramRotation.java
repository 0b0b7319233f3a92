package io.mooring.enrol.rotation;

import io.mooring.ConnectionListener;
import io.mooring.ConnectionState;
import io.mooring.Rotation;
import io.mooring.SecureMqttClient;
import io.mooring.auth.EnhancedAuthenticator;
import io.mooring.error.MooringException;
import io.mooring.identity.ScramKeys;
import io.mooring.identity.Secret;
import io.mooring.keystore.KeystoreUpdate;
import io.mooring.keystore.Pkcs12Identity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes a running client from one SCRAM password to the next: the new keys are stored beside those
 * in use, tried by re-authentication on the live connection (MQTT 5, section 4.12.1), and put in
 * their place once broker and device have proven themselves with them.
 *
 * <pre>{@code
 * var scram =
 *     ScramRotation.in(keystoreFile, password, keys -> Scram.sha256(ScramCredential.keys(keys)));
 * var client = SecureMqttClient.builder().authenticate(scram.login()).listener(scram)....build();
 * scram.start(client);
 * client.start();
 * // Once the broker has the new password:
 * scram.rotate(newKeys);
 * }</pre>
 *
 * <p>After a crash in between, the keystore holds both: the client starts with those in use, and if
 * the broker refuses them, this listener has it try the others, and puts them in place if the
 * broker takes them. An application with a listener of its own passes each state on to {@link
 * #stateChanged}. Files and trials are waited for on a daemon thread.
 */
public final class ScramRotation implements ConnectionListener, AutoCloseable {
  private static final System.Logger LOG = System.getLogger("io.mooring.rotation");
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path file;
  private final Secret password;
  private final Function<ScramKeys, ? extends EnhancedAuthenticator> login;
  private final Pkcs12Identity keystore;
  private final RotationThread thread = new RotationThread("mooring-scram-rotation");
  private CurrentLogin inUse;

  /**
   * True while the client logs in with the pending keys, because it was refused with the others.
   */
  private boolean fallenBack;

  private volatile @Nullable SecureMqttClient client;

  private ScramRotation(
      Path file,
      Secret password,
      Function<ScramKeys, ? extends EnhancedAuthenticator> login,
      Pkcs12Identity keystore,
      EnhancedAuthenticator first) {
    this.file = file;
    this.password = password;
    this.login = login;
    this.keystore = keystore;
    this.inUse = new CurrentLogin(first);
  }

  /**
   * Works on a keystore file that holds SCRAM keys.
   *
   * @param password of the file; used at each change, so the caller destroys it after {@link
   *     #close}
   * @param login makes the client's authenticator of keys; always of the same method
   * @throws io.mooring.keystore.DeviceKeystoreException if the file cannot be used
   */
  public static ScramRotation in(
      Path file, Secret password, Function<ScramKeys, ? extends EnhancedAuthenticator> login) {
    Objects.requireNonNull(login, "login");
    Pkcs12Identity keystore = Pkcs12Identity.open(file, password);
    try {
      return new ScramRotation(file, password, login, keystore, login.apply(keystore.scram()));
    } catch (MooringException | IllegalArgumentException e) {
      keystore.close();
      throw e;
    }
  }

  /** The authenticator to build the client with. */
  public EnhancedAuthenticator login() {
    return inUse();
  }

  /**
   * Names the client whose keys these are.
   *
   * @param running was built with {@link #login()}
   * @throws IllegalStateException if one was named before
   */
  public synchronized void start(SecureMqttClient running) {
    if (client != null) {
      throw new IllegalStateException("the rotation of SCRAM keys was started before");
    }
    client = Objects.requireNonNull(running, "running");
  }

  /**
   * Tries new keys and keeps them if the broker takes them. If it refuses them, they are dropped.
   * If the connection is lost on the way, nobody knows whether it took them: they wait, for a call
   * with the same keys or for the day the broker refuses those in use.
   *
   * @param next of the same mechanism and user; copied before this returns, so that the caller may
   *     destroy them at once
   * @return fails with what the trial failed with; the client then uses what it used before
   * @throws IllegalArgumentException if mechanism or user differ
   * @throws io.mooring.error.KeystoreException if the keys are gone
   * @throws IllegalStateException before {@link #start} and after {@link #close}
   */
  public CompletionStage<Void> rotate(ScramKeys next) {
    ScramKeys present = keystore.scram();
    if (!next.mechanism().equals(present.mechanism())
        || !next.userName().equals(present.userName())) {
      throw new IllegalArgumentException(
          "a rotation keeps mechanism and user: " + present.mechanism() + " of the same name");
    }
    if (client == null) {
      throw new IllegalStateException("start(client) comes before rotate()");
    }
    ScramKeysCopy copy = ScramKeysCopy.of(next);
    CompletableFuture<Void> result = new CompletableFuture<>();
    if (!thread.execute(() -> tryOnce(copy, result))) {
      copy.destroy();
      throw new IllegalStateException("the rotation of SCRAM keys is closed");
    }
    return result.minimalCompletionStage();
  }

  /** Looks whether the broker refuses the keys in use, and whether it took the pending ones. */
  @Override
  public void stateChanged(ConnectionState state) {
    MooringException refusal =
        state instanceof ConnectionState.Stopped stopped
            ? stopped.cause()
            : state instanceof ConnectionState.Disconnected ended ? ended.cause() : null;
    if (refusal != null && Refusals.concernsCredential(refusal)) {
      thread.execute(() -> run(this::fallBack, new CompletableFuture<>()));
    } else if (state instanceof ConnectionState.Connected) {
      thread.execute(() -> run(this::connected, new CompletableFuture<>()));
    }
  }

  /**
   * Begins nothing from now on, and lets go of the keys: close the client first. May be called
   * again.
   */
  @Override
  public void close() {
    thread.execute(keystore::close);
    thread.close();
  }

  // --- on the thread ----------------------------------------------------------------------------

  private void run(Runnable step, CompletableFuture<Void> result) {
    try {
      step.run();
      result.complete(null);
    } catch (MooringException e) {
      LOG.log(System.Logger.Level.WARNING, "SCRAM keys were not rotated: {0}", e.getMessage());
      result.completeExceptionally(e);
    } finally {
      result.completeExceptionally(new IllegalStateException("the rotation ended by a fault"));
    }
  }

  private void tryOnce(ScramKeysCopy next, CompletableFuture<Void> result) {
    try {
      run(() -> tryOn(next), result);
    } finally {
      next.destroy();
    }
  }

  private void tryOn(ScramKeys next) {
    SecureMqttClient running = Objects.requireNonNull(client, "client");
    Trials.awaitLive(running, PATIENCE);
    KeystoreUpdate.apply(file, password, edit -> edit.pendingScram().put(next));
    keystore.reload(password);
    CurrentLogin trial = new CurrentLogin(login.apply(keystore.pendingScram()));
    try {
      Trials.attempt(running, Rotation.to(trial), PATIENCE);
    } catch (MooringException e) {
      if (Refusals.concernsCredential(e)) {
        KeystoreUpdate.apply(file, password, edit -> edit.pendingScram().remove());
        keystore.reload(password);
      }
      throw e;
    }
    promote(trial);
  }

  private void promote(CurrentLogin holder) {
    KeystoreUpdate.apply(file, password, edit -> edit.pendingScram().promote());
    keystore.reload(password);
    holder.follow(login.apply(keystore.scram()));
    synchronized (this) {
      inUse = holder;
    }
    fallenBack = false;
  }

  private void fallBack() {
    SecureMqttClient running = client;
    if (running == null || !keystore.hasPendingScram()) {
      return;
    }
    CurrentLogin holder = inUse();
    if (fallenBack) {
      holder.follow(login.apply(keystore.scram()));
      fallenBack = false;
      return; // refused with both: the client stays stopped, with the keys in use
    }
    LOG.log(
        System.Logger.Level.WARNING,
        "The broker refuses the SCRAM keys in use; the pending ones are tried");
    holder.follow(login.apply(keystore.pendingScram()));
    fallenBack = true;
    running.retryNow();
  }

  private synchronized CurrentLogin inUse() {
    return inUse;
  }

  private void connected() {
    if (fallenBack) {
      promote(inUse());
    }
  }

  /** The file; no secret. */
  @Override
  public String toString() {
    return "ScramRotation[" + file + "]";
  }
}
