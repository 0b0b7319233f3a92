package io.mooring.internal.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.error.ClientCertificateRefusedException;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.TlsPolicy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenSSL as the peer, over a real socket. */
@Timeout(30)
class OpensslPeerTest {
  private static final TestIdentity CA = TestCertificates.ca("Test CA").create();
  private static final TestIdentity BROKER = CA.server("localhost");

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_3", "-tls1_2"})
  void tls_openssl_isASoundPeer(String version, @TempDir Path folder) throws Exception {
    try (OpensslServer server = OpensslServer.start(folder, BROKER, null, version)) {
      TlsMachine machine = machine();
      try (SocketChannel channel = server.handshake(machine)) {
        machine.write("hello openssl\n".getBytes(UTF_8), 0, 14);
        OpensslServer.flush(machine, channel);
        assertEquals("", server.after("hello openssl"));
        machine.close();
        OpensslServer.flush(machine, channel);
      }
    }
  }

  @Test
  void tls_keyUpdateByThePeer_isFollowedBothWays(@TempDir Path folder) throws Exception {
    try (OpensslServer server = OpensslServer.start(folder, BROKER, null, "-tls1_3")) {
      TlsMachine machine = machine();
      try (SocketChannel channel = server.handshake(machine)) {
        // Behind its session tickets, which would be taken for the KeyUpdate below.
        server.type("ready");
        assertEquals("ready\n", read(machine, channel, 6));
        for (int round = 0; round < 3; round++) {
          server.type("K");
          // It takes all that it reads at once for one command: wait for the KeyUpdate to arrive.
          receive(machine, channel, new ByteArrayOutputStream());
          server.type("round " + round);
          assertEquals("round " + round + "\n", read(machine, channel, 8));
          byte[] answer = ("answer " + round + "\n").getBytes(UTF_8);
          machine.write(answer, 0, answer.length);
          OpensslServer.flush(machine, channel);
          assertEquals("", server.after("answer " + round));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_3", "-tls1_2"})
  void mutualTls_withoutAnIdentity_isRefusedByOpensslByName(String version, @TempDir Path folder)
      throws Exception {
    try (OpensslServer server =
        OpensslServer.start(folder, BROKER, null, version, "-Verify", "1")) {
      TlsMachine machine = machine();
      ClientCertificateRefusedException e =
          assertThrows(
              ClientCertificateRefusedException.class,
              () -> {
                try (SocketChannel channel = server.handshake(machine)) {
                  read(machine, channel, 1);
                }
              });
      assertTrue(e.getMessage().contains("this device has none"), e.getMessage());
    }
  }

  private static String read(TlsMachine machine, SocketChannel channel, int atLeast)
      throws IOException {
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    while (received.size() < atLeast) {
      receive(machine, channel, received);
    }
    return received.toString(UTF_8);
  }

  private static void receive(
      TlsMachine machine, SocketChannel channel, ByteArrayOutputStream received)
      throws IOException {
    ByteBuffer in = ByteBuffer.allocate(20_000);
    if (channel.read(in) < 0) {
      machine.closeInput();
    }
    machine.offer(in.flip(), received::write);
    OpensslServer.flush(machine, channel);
  }

  private static TlsMachine machine() {
    return TlsPair.machine(
        TlsPolicy.trusting(List.of(CA.certificate())), "localhost", null, null, Clock.systemUTC());
  }
}
