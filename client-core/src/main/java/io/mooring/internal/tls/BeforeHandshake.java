package io.mooring.internal.tls;

import io.mooring.identity.DeviceIdentity;
import io.mooring.internal.tls.TlsMachine.PlaintextSink;
import io.mooring.tls.ChannelBinding;
import io.mooring.tls.TlsPolicy;
import java.io.IOException;
import java.time.Clock;
import java.util.function.Supplier;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ByteQueue;
import org.bouncycastle.tls.TlsFatalAlert;
import org.jspecify.annotations.Nullable;

/**
 * What a handshake will be made from, and nothing of the handshake yet: the event loop makes this
 * while the worker wakes up, and loads no class of bctls for it.
 */
final class BeforeHandshake implements TlsLayer {
  private final TlsPolicy policy;
  private final String host;
  private final int port;
  private final @Nullable DeviceIdentity identity;
  private final @Nullable Supplier<@Nullable ChannelBinding> binding;
  private final Clock clock;
  private final @Nullable HandshakeWatch watch;

  BeforeHandshake(
      TlsPolicy policy,
      String host,
      int port,
      @Nullable DeviceIdentity identity,
      @Nullable Supplier<@Nullable ChannelBinding> binding,
      Clock clock,
      @Nullable HandshakeWatch watch) {
    this.policy = policy;
    this.host = host;
    this.port = port;
    this.identity = identity;
    this.binding = binding;
    this.clock = clock;
    this.watch = watch;
  }

  /** The handshake, not begun; see {@link TlsMachine#whenPartIsReady}. */
  ClientProtocol handshake(@Nullable Runnable whenPartIsReady) {
    Supplier<@Nullable ChannelBinding> asked = binding;
    ChannelBinding taken = asked == null ? null : asked.get();
    TlsCryptography cryptography = new TlsCryptography(watch == null ? null : watch.secrets());
    return new ClientProtocol(
        new HandshakeClient(
            policy, host, port, identity, taken, cryptography, clock, watch, whenPartIsReady),
        cryptography);
  }

  @Override
  public void takeRecord(byte[] buffer, int offset, int length, PlaintextSink sink)
      throws IOException {
    throw new TlsFatalAlert(AlertDescription.internal_error, "a record before the handshake");
  }

  @Override
  public void seal(byte[] plaintext, int offset, int length) throws IOException {
    throw new TlsFatalAlert(AlertDescription.internal_error, "data before the handshake");
  }

  @Override
  public ByteQueue output() {
    return new ByteQueue(0);
  }

  @Override
  public @Nullable VerifiedServer verifiedServer() {
    return null;
  }

  @Override
  public boolean certificateRequested() {
    return false;
  }

  @Override
  public boolean hasDelivered() {
    return false;
  }

  @Override
  public boolean closeNotifyReceived() {
    return false;
  }

  @Override
  public void closeQuietly() {} // nobody was spoken to

  @Override
  public void trim() {}

  @Override
  public void destroySecrets() {} // there are none yet

  @Override
  public void wipe() {}
}
