package io.mooring.internal.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.internal.telemetry.MadeUpTcp;
import io.mooring.internal.telemetry.Pcapng;
import io.mooring.internal.telemetry.SecretLog;
import io.mooring.testkit.RequiredTool;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.TlsPolicy;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The secrets that a capture gets are those by which Wireshark reads the records of the wire. */
@Timeout(120)
class KeyLogTest implements HandshakeWatch, SecretLog {
  private static final TestIdentity BROKER = TestCertificates.localhost();

  private final List<String> labels = new ArrayList<>();
  private final StringBuilder lines = new StringBuilder();
  private final ByteArrayOutputStream wire = new ByteArrayOutputStream();
  private final MadeUpTcp tcp = new MadeUpTcp(0);

  @Override
  public void pathCheckBegins() {}

  @Override
  public void pathCheckEnds() {}

  @Override
  public @Nullable SecretLog secrets() {
    return this;
  }

  @Override
  public void secret(String label, byte[] clientRandom, byte[] secret) {
    labels.add(label);
    HexFormat hex = HexFormat.of();
    lines.append(label).append(' ').append(hex.formatHex(clientRandom)).append(' ');
    lines.append(hex.formatHex(secret)).append('\n');
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void wireshark_decryptsByWhatTheCaptureHolds(String version, @TempDir Path folder)
      throws Exception {
    Path tshark = RequiredTool.orSkip("tshark");
    EngineServer server = EngineServer.of(BROKER).protocols(version);
    TlsMachine client =
        new TlsMachine(
            TlsPolicy.trusting(List.of(BROKER.root())),
            "localhost",
            8883,
            null,
            null,
            Clock.systemUTC(),
            this);
    client.start();
    while (toServer(client, server) | toClient(client, server)) {
      // once more
    }
    byte[] said = "the meter says 23.5".getBytes(UTF_8);
    client.write(said, 0, said.length);
    toServer(client, server);

    assertEquals(
        version.equals("TLSv1.2")
            ? List.of("CLIENT_RANDOM")
            : List.of(
                "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
                "SERVER_HANDSHAKE_TRAFFIC_SECRET",
                "CLIENT_TRAFFIC_SECRET_0",
                "SERVER_TRAFFIC_SECRET_0"),
        labels);
    Path file = folder.resolve("wire.pcapng");
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    put(whole, Pcapng.beginning());
    put(whole, Pcapng.secrets(ByteBuffer.wrap(lines.toString().getBytes(UTF_8))));
    wire.writeTo(whole);
    Files.write(file, whole.toByteArray());
    String read =
        run(
            tshark.toString(),
            "-r",
            file.toString(),
            "-d",
            "tcp.port==1883,tls",
            "-q",
            "-z",
            "follow,tls,ascii,0");
    assertTrue(read.contains("the meter says 23.5"), read);
  }

  private boolean toServer(TlsMachine client, EngineServer server) {
    byte[] bytes = TlsPair.drain(client);
    if (bytes.length > 0) {
      record(true, bytes);
      server.offer(bytes);
    }
    return bytes.length > 0;
  }

  private boolean toClient(TlsMachine client, EngineServer server) {
    byte[] bytes = server.takeOutput();
    if (bytes.length > 0) {
      record(false, bytes);
      client.offer(ByteBuffer.wrap(bytes.clone()), (buffer, offset, length) -> {});
    }
    return bytes.length > 0;
  }

  private void record(boolean fromDevice, byte[] bytes) {
    put(
        wire,
        Pcapng.packet(
            Instant.EPOCH,
            tcp.segment(fromDevice, MadeUpTcp.PUSH | MadeUpTcp.ACK, bytes, 0, bytes.length),
            ""));
  }

  private static void put(ByteArrayOutputStream into, ByteBuffer block) {
    into.write(block.array(), block.arrayOffset() + block.position(), block.remaining());
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    return printed;
  }
}
