package io.mooring;

import io.mooring.error.MooringException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Where a client stands. */
public sealed interface ConnectionState {
  /**
   * No connection, and none is being sought.
   *
   * @param cause why the last one ended or could not be made; null before the first and after an
   *     orderly disconnect
   */
  record Disconnected(@Nullable MooringException cause) implements ConnectionState {}

  /**
   * An attempt is under way; nothing of the application has been sent.
   *
   * @param broker where to
   */
  record Connecting(Endpoint broker) implements ConnectionState {}

  /** The broker is proven and has accepted the device. */
  record Connected(ConnectionInfo info) implements ConnectionState {}

  /**
   * No connection; the next attempt comes by itself. {@link SecureMqttClient#connect} and {@link
   * SecureMqttClient#retryNow} bring it forward.
   *
   * @param cause why the last connection ended or could not be made
   * @param delay from now to the next attempt
   * @param broker where the next attempt goes
   * @param failures attempts and connections that failed since the last stable one, 1 or more
   */
  record Waiting(MooringException cause, Duration delay, Endpoint broker, int failures)
      implements ConnectionState {}

  /**
   * No connection, and the client has given up seeking one, because no retry cures what happened: a
   * pin that does not match, a broker that does not prove itself, refused credentials, a ban, a
   * token's PIN. What was accepted stays queued. Once the reason is out of the way, {@link
   * SecureMqttClient#start}, {@link SecureMqttClient#retryNow} or {@link SecureMqttClient#connect}
   * resumes; so does a new process.
   *
   * @param cause the reason, with what to do about it
   */
  record Stopped(MooringException cause) implements ConnectionState {}

  /** {@link SecureMqttClient#close} was called: the last state. */
  record Closed() implements ConnectionState {}
}
