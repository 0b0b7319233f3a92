package io.mooring.internal.tls;

import io.mooring.internal.tls.TlsMachine.PlaintextSink;
import java.io.IOException;
import org.bouncycastle.tls.ByteQueue;
import org.jspecify.annotations.Nullable;

/** What {@link TlsMachine} drives, one whole record at a time; it alone hears of every failure. */
sealed interface TlsLayer permits BeforeHandshake, ClientProtocol, EstablishedTls {
  /**
   * Takes exactly one record.
   *
   * @throws IOException if it is refused; an alert may then lie in the output
   */
  void takeRecord(byte[] buffer, int offset, int length, PlaintextSink sink) throws IOException;

  /** Seals application data into the output. */
  void seal(byte[] plaintext, int offset, int length) throws IOException;

  /** Ciphertext that waits to be sent. */
  ByteQueue output();

  /** The proof, once the handshake has ended well. */
  @Nullable VerifiedServer verifiedServer();

  /** Has the broker asked for a client certificate? */
  boolean certificateRequested();

  /** True once application data came. */
  boolean hasDelivered();

  /** True once the broker's close_notify came. */
  boolean closeNotifyReceived();

  /** Queues close_notify if there is anybody to tell. */
  void closeQuietly();

  /** Gives back what the next record can make anew. */
  void trim();

  /** Destroys every secret; what is still to be said can be sealed. */
  void destroySecrets();

  /** Destroys every secret, and wipes the keys: nothing is sealed or opened any more. */
  void wipe();
}
