package io.mooring;

import io.mooring.error.MooringException;
import org.jspecify.annotations.Nullable;

/** Where a client stands. */
public sealed interface ConnectionState {
  /**
   * No connection.
   *
   * @param cause why the last one ended or could not be made; null before the first and after an
   *     orderly disconnect
   */
  record Disconnected(@Nullable MooringException cause) implements ConnectionState {}

  /** An attempt is under way; nothing of the application has been sent. */
  record Connecting() implements ConnectionState {}

  /** The broker is proven and has accepted the device. */
  record Connected(ConnectionInfo info) implements ConnectionState {}

  /** {@link SecureMqttClient#close} was called: the last state. */
  record Closed() implements ConnectionState {}
}
