package io.mooring.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mooring.audit.ListeningSocket.Network;
import io.mooring.audit.ListeningSocket.Transport;
import io.mooring.audit.ListeningSocket.Unix;
import io.mooring.audit.ListeningSocketAudit.Result;
import io.mooring.testkit.ListeningSockets;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real sockets of this JVM against the real kernel, and a made-up {@code /proc} for the rest. */
class ListeningSocketAuditTest {
  private static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }

  @Nested
  @EnabledOnOs(value = OS.LINUX, disabledReason = "sockets are read from /proc")
  class OfThisProcess {
    @Test
    void serverSocket_isFoundByAddressAndPort_andIsGoneOnceClosed() throws Exception {
      int port;
      try (var listener = new ServerSocket(0, 1, loopback())) {
        port = listener.getLocalPort();
        Network found = network(Transport.TCP, port).orElseThrow();
        assertEquals(loopback(), found.address());
        assertTrue(found.inode() > 0);
        assertTrue(found.toString().startsWith("TCP 127.0.0.1:" + port + " (inode "));
        Result.Found result =
            assertInstanceOf(Result.Found.class, ListeningSocketAudit.network().run());
        assertTrue(result.describe().contains("127.0.0.1:" + port), result::describe);
      }
      assertTrue(network(Transport.TCP, port).isEmpty());
    }

    @Test
    void serverSocketOfAllAddresses_isFoundAsSuch() throws Exception {
      try (var listener = new ServerSocket(0)) {
        Network found = network(Transport.TCP, listener.getLocalPort()).orElseThrow();
        assertTrue(found.address().isAnyLocalAddress());
      }
    }

    @Test
    void connectedSocket_isNotAmongThem_onEitherSide() throws Exception {
      try (var listener = new ServerSocket(0, 1, loopback());
          var client = new Socket(loopback(), listener.getLocalPort());
          var accepted = listener.accept()) {
        int port = listener.getLocalPort();
        assertEquals(port, accepted.getLocalPort());
        listener.close();
        assertTrue(network(Transport.TCP, port).isEmpty());
        assertTrue(network(Transport.TCP, client.getLocalPort()).isEmpty());
      }
    }

    @Test
    void datagramSocket_isFound_unlessItHasAPeer() throws Exception {
      try (var bound = new DatagramSocket(new InetSocketAddress(loopback(), 0))) {
        assertTrue(network(Transport.UDP, bound.getLocalPort()).isPresent());
        bound.connect(new InetSocketAddress(loopback(), 9));
        assertTrue(network(Transport.UDP, bound.getLocalPort()).isEmpty());
      }
    }

    @Test
    void unixListener_isFoundIfAskedFor(@TempDir Path folder) throws Exception {
      Path path = folder.resolve("a socket");
      try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        listener.bind(UnixDomainSocketAddress.of(path));
        try (var client = SocketChannel.open(UnixDomainSocketAddress.of(path));
            var accepted = listener.accept()) {
          assertTrue(accepted.isConnected());
          assertEquals(
              List.of(path.toString()),
              found(ListeningSocketAudit.network().includingUnix())
                  .filter(Unix.class::isInstance)
                  .map(socket -> ((Unix) socket).name())
                  .filter(path.toString()::equals)
                  .toList());
          assertTrue(client.isConnected());
        }
        assertTrue(found(ListeningSocketAudit.network()).noneMatch(Unix.class::isInstance));
      }
    }

    /** The test kit's own reader, which shares no line with this one, must see the same. */
    @Test
    void result_isThatOfTheTestKit() throws Exception {
      try (var tcp = new ServerSocket(0, 1, loopback());
          var all = new ServerSocket(0);
          var udp = new DatagramSocket(new InetSocketAddress(loopback(), 0))) {
        Set<Integer> expected =
            ListeningSockets.ofThisProcess().stream()
                .map(socket -> socket.address().getPort())
                .collect(Collectors.toSet());
        assertTrue(
            expected.containsAll(
                List.of(tcp.getLocalPort(), all.getLocalPort(), udp.getLocalPort())));
        assertEquals(
            expected,
            found(ListeningSocketAudit.network())
                .map(socket -> ((Network) socket).port())
                .collect(Collectors.toSet()));
      }
    }

    @Test
    void descriptorsThatComeAndGoMeanwhile_doNoHarm() throws Exception {
      AtomicBoolean end = new AtomicBoolean();
      List<IOException> failures = new ArrayList<>();
      Thread churn =
          new Thread(
              () -> {
                while (!end.get()) {
                  try (var some = new ServerSocket(0, 1, loopback());
                      var more = Files.newInputStream(Path.of("/proc/self/stat"))) {
                    more.read();
                    some.getLocalPort();
                  } catch (IOException e) {
                    failures.add(e);
                    return;
                  }
                }
              });
      churn.start();
      try (var listener = new ServerSocket(0, 1, loopback())) {
        for (int i = 0; i < 50; i++) {
          assertTrue(network(Transport.TCP, listener.getLocalPort()).isPresent());
        }
      } finally {
        end.set(true);
        churn.join();
      }
      assertEquals(List.of(), failures);
    }

    private java.util.Optional<Network> network(Transport transport, int port) {
      return found(ListeningSocketAudit.network())
          .map(Network.class::cast)
          .filter(socket -> socket.transport() == transport && socket.port() == port)
          .findAny();
    }

    private Stream<ListeningSocket> found(ListeningSocketAudit audit) {
      Result result = audit.run();
      assertFalse(result instanceof Result.NotAvailable, result::toString);
      return result instanceof Result.Found found ? found.sockets().stream() : Stream.empty();
    }
  }

  @Nested
  class OfAMadeUpProcess {
    private static final String HEADING =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid"
            + "  timeout inode\n";
    private static final String UNIX_HEADING =
        "Num       RefCount Protocol Flags    Type St Inode Path\n";

    @TempDir private Path process;

    @BeforeEach
    void makeProcess() throws IOException {
      Files.createDirectory(process.resolve("fd"));
      Files.createDirectory(process.resolve("net"));
      descriptor(0, "pipe:[1]");
      descriptor(3, "socket:[100]");
      descriptor(4, "socket:[101]");
      descriptor(5, "anon_inode:[eventpoll]");
      table("tcp", "");
    }

    @Test
    void noListener_isClean() throws Exception {
      table("tcp", line("0100007F:1F90", "01", 100));
      assertEquals(new Result.Clean(), run());
    }

    @Test
    void listenerOfAnotherProcess_isNotOurs() throws Exception {
      table("tcp", line("00000000:1F90", "0A", 999));
      assertEquals(new Result.Clean(), run());
    }

    @Test
    void eachTable_isRead() throws Exception {
      descriptor(6, "socket:[102]");
      descriptor(7, "socket:[103]");
      table("tcp", line("00000000:1F90", "0A", 100));
      table("udp6", line("00000000000000000000000000000000:0035", "07", 101));
      table("udplite", line("0100007F:0007", "07", 102));
      table("raw", line("00000000:0001", "07", 103));
      Result.Found found = assertInstanceOf(Result.Found.class, run());
      assertEquals(
          "TCP 0.0.0.0:8080 (inode 100), UDP [0:0:0:0:0:0:0:0]:53 (inode 101),"
              + " UDP-Lite 127.0.0.1:7 (inode 102), raw IP 0.0.0.0:1 (inode 103)",
          found.describe());
    }

    @Test
    void lineThatIsRepeated_countsOnce() throws Exception {
      String line = line("00000000:1F90", "0A", 100);
      table("tcp", line + line);
      assertEquals(1, assertInstanceOf(Result.Found.class, run()).sockets().size());
    }

    @Test
    void unixSockets_thatAcceptOrAreNamedDatagrams_areFoundIfAskedFor() throws Exception {
      descriptor(6, "socket:[102]");
      Files.writeString(
          process.resolve("net/unix"),
          UNIX_HEADING
              + "0000: 00000002 00000000 00010000 0001 01 100 @abstract name\n"
              + "0000: 00000002 00000000 00000000 0002 01 101 /run/a path\n"
              + "0000: 00000003 00000000 00000000 0001 03 102\n"
              + "0000: 00000002 00000000 00010000 0001 01 999 /run/of-others\n");
      assertEquals(new Result.Clean(), run());
      assertEquals(
          new Result.Found(List.of(new Unix("@abstract name", 100), new Unix("/run/a path", 101))),
          audit().includingUnix().run());
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "   0: 00000000:1F90 00000000:0000 0A",
          "   0: 00000000 00000000:0000 0A 0:0 00:0 0 0 0 100 1",
          "   0: 0000:1F90 00000000:0000 0A 0:0 00:0 0 0 0 100 1",
          "   0: 0000000G:1F90 00000000:0000 0A 0:0 00:0 0 0 0 100 1",
          "   0: 00000000:G 00000000:0000 0A 0:0 00:0 0 0 0 100 1",
          "   0: 00000000:1F90 00000000:0000 0A 0:0 00:0 0 0 0 x 1"
        })
    void lineOfUnknownForm_isNoAnswer_ratherThanClean(String line) throws Exception {
      table("tcp", line + "\n");
      assertInstanceOf(Result.NotAvailable.class, run());
    }

    @Test
    void tableThatIsMissing_isNoAnswer_ifEveryLinuxHasIt() throws Exception {
      Files.delete(process.resolve("net/tcp"));
      Result.NotAvailable result = assertInstanceOf(Result.NotAvailable.class, run());
      assertTrue(result.reason().contains("tcp"), result::reason);
    }

    @Test
    void tableThatIsEmpty_isNoAnswer() throws Exception {
      Files.writeString(process.resolve("net/tcp"), "");
      assertInstanceOf(Result.NotAvailable.class, run());
    }

    @Test
    void descriptorsThatCannotBeRead_areNoAnswer() throws Exception {
      Path descriptors = process.resolve("fd");
      try (Stream<Path> all = Files.list(descriptors)) {
        for (Path each : all.toList()) {
          Files.delete(each);
        }
      }
      Files.delete(descriptors);
      assertInstanceOf(Result.NotAvailable.class, run());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mac OS X", "Windows 11", "FreeBSD"})
    void otherSystem_saysThatItIsNotAvailableThere(String system) {
      Result.NotAvailable result =
          assertInstanceOf(
              Result.NotAvailable.class, new ListeningSocketAudit(system, process, false).run());
      assertTrue(result.reason().contains(system), result::reason);
    }

    @Test
    void address_isReadInTheByteOrderOfTheKernel() throws Exception {
      assumeTrue(
          java.nio.ByteOrder.nativeOrder() == java.nio.ByteOrder.LITTLE_ENDIAN,
          "the samples are those of a little-endian kernel");
      assertEquals(InetAddress.getByName("127.0.0.1"), SocketTable.address("0100007F"));
      assertEquals(
          InetAddress.getByName("::1"), SocketTable.address("00000000000000000000000001000000"));
    }

    private Result run() {
      return audit().run();
    }

    private ListeningSocketAudit audit() {
      return new ListeningSocketAudit("Linux", process, false);
    }

    private void descriptor(int number, String target) throws IOException {
      Files.createSymbolicLink(
          process.resolve("fd").resolve(Integer.toString(number)), Path.of(target));
    }

    private void table(String name, String lines) throws IOException {
      Files.writeString(process.resolve("net").resolve(name), HEADING + lines);
    }

    private static String line(String local, String state, long inode) {
      return "   0: "
          + local
          + " 00000000:0000 "
          + state
          + " 00000000:00000000 00:00000000 00000000  1000        0 "
          + inode
          + " 1 0000000000000000 100 0 0 10 0\n";
    }
  }
}
