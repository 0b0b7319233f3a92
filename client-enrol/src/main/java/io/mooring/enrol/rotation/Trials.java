package io.mooring.enrol.rotation;

import io.mooring.ConnectionInfo;
import io.mooring.Rotation;
import io.mooring.SecureMqttClient;
import io.mooring.error.MooringException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Rotations of a client, waited for with a bound. */
final class Trials {
  private Trials() {}

  /** Waits for a live connection. */
  static ConnectionInfo awaitLive(SecureMqttClient client, Duration patience) {
    try {
      return client.awaitConnected(patience);
    } catch (IllegalStateException e) {
      throw new RotationException(
          "Nothing seeks a connection, and new material is tried over one. Call start() or"
              + " connect() on the client.",
          e);
    }
  }

  /** Waits for a live connection and tries {@code rotation} over it. */
  static ConnectionInfo attempt(SecureMqttClient client, Rotation rotation, Duration patience) {
    awaitLive(client, patience);
    try {
      return client
          .rotate(rotation)
          .toCompletableFuture()
          .get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new RotationException(
          "The trial of " + rotation + " did not end within " + patience.toSeconds() + " s.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RotationException("The wait for the trial of " + rotation + " was ended.", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof MooringException refusal) {
        throw refusal;
      }
      if (e.getCause() instanceof IllegalStateException busy) {
        throw new RotationException("The trial did not begin: " + busy.getMessage() + ".", busy);
      }
      throw new IllegalStateException("the trial of " + rotation + " ended otherwise", e);
    }
  }
}
