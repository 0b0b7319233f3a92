package io.mooring.internal.tls;

import io.mooring.identity.DeviceIdentity;
import io.mooring.tls.ChannelBinding;
import io.mooring.tls.TlsPolicy;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Clock;

/** The machine and a JDK server, and the wire between them in memory. */
final class TlsPair {
  final TlsMachine client;
  final EngineServer server;
  final ByteArrayOutputStream received = new ByteArrayOutputStream();
  int chunk = Integer.MAX_VALUE;
  boolean direct;

  TlsPair(TlsMachine client, EngineServer server) {
    this.client = client;
    this.server = server;
  }

  static TlsPair of(TlsPolicy policy, EngineServer server) {
    return of(policy, "localhost", server);
  }

  static TlsPair of(TlsPolicy policy, String host, EngineServer server) {
    return new TlsPair(machine(policy, host, null, null, Clock.systemUTC()), server);
  }

  static TlsMachine machine(
      TlsPolicy policy, String host, DeviceIdentity identity, ChannelBinding binding, Clock clock) {
    return new TlsMachine(policy, host, 8883, identity, binding, clock);
  }

  /**
   * Starts, checks ahead whatever a server presented before, and carries bytes until neither side
   * has anything to say.
   */
  TlsPair handshake() {
    client.start();
    client.foresee();
    settle();
    return this;
  }

  /** Carries bytes both ways until there are none. */
  void settle() {
    while (carryToServer() | carryToClient()) {
      // once more
    }
  }

  boolean carryToServer() {
    byte[] bytes = drain(client);
    if (bytes.length == 0) {
      return false;
    }
    server.offer(bytes);
    return true;
  }

  boolean carryToClient() {
    byte[] bytes = server.takeOutput();
    for (int offset = 0; offset < bytes.length; ) {
      int length = Math.min(chunk, bytes.length - offset);
      offer(bytes, offset, length);
      offset += length;
    }
    return bytes.length > 0;
  }

  void offer(byte[] bytes, int offset, int length) {
    ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(length) : ByteBuffer.allocate(length);
    buffer.put(bytes, offset, length).flip();
    client.offer(buffer, received::write);
    if (buffer.hasRemaining()) {
      throw new AssertionError("offer left " + buffer.remaining() + " bytes");
    }
  }

  static byte[] drain(TlsMachine machine) {
    ByteBuffer buffer = ByteBuffer.allocate(machine.output());
    machine.readOutput(buffer);
    return buffer.array();
  }
}
