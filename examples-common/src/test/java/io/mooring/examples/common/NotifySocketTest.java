package io.mooring.examples.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.testkit.RequiredTool;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The service manager's end against a real Unix datagram socket, which Python holds. */
class NotifySocketTest {
  /** Prints the sender's process and each datagram as a Python literal. */
  private static final String RECEIVER =
      """
      import socket, struct, sys
      s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      s.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
      name = sys.argv[1]
      s.bind('\\0' + name[1:] if name[0] == '@' else name)
      print('bound', flush=True)
      while True:
          data, ancillary, flags, address = s.recvmsg(4096, 64)
          pid = struct.unpack('3i', ancillary[0][2])[0]
          print(pid, repr(data.decode()), flush=True)
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"path", "abstract"})
  @Timeout(60)
  void messages_arriveWhole_fromThisVeryProcess(String kind) throws Exception {
    String name =
        kind.equals("path")
            ? folder.resolve("notify").toString()
            : "@mooring-test-" + ProcessHandle.current().pid();
    try (Receiver receiver = Receiver.start(name)) {
      ServiceManager manager =
          ServiceManager.of(Map.of("NOTIFY_SOCKET", name, "WATCHDOG_USEC", "30000000"));
      assertEquals(Optional.of(Duration.ofSeconds(30)), manager.watchdog());

      manager.ready("Connecting to mqtts://broker.example");
      manager.status("two\nWATCHDOG=1 lines");
      manager.alive();
      manager.stopping("signal");

      assertEquals("READY=1\\nSTATUS=Connecting to mqtts://broker.example", receiver.next());
      assertEquals("STATUS=two WATCHDOG=1 lines", receiver.next());
      assertEquals("WATCHDOG=1", receiver.next());
      assertEquals("STOPPING=1\\nSTATUS=signal", receiver.next());
    }
  }

  @Test
  void socketWithNobodyBehindIt_isSaidWithItsErrorNumber() throws IOException {
    ServiceManager manager =
        ServiceManager.of(Map.of("NOTIFY_SOCKET", folder.resolve("absent").toString()));
    // ENOENT, the same number on every Linux.
    assertEquals(
        "systemd was not reached: errno 2",
        assertThrows(IOException.class, manager::alive).getMessage());
  }

  @Test
  void nameThatIsNoSocketsName_isRefused() {
    for (String name : new String[] {"relative", "/" + "x".repeat(200)}) {
      String said =
          assertThrows(IOException.class, () -> ServiceManager.of(Map.of("NOTIFY_SOCKET", name)))
              .getMessage();
      assertTrue(said.startsWith("NOTIFY_SOCKET is neither a path nor an abstract name"), said);
    }
  }

  @Test
  void withoutAServiceManager_everyCallDoesNothing() throws IOException {
    ServiceManager manager = ServiceManager.of(Map.of("WATCHDOG_USEC", "30000000"));

    manager.ready("nobody hears it");
    manager.alive();

    assertEquals(Optional.empty(), manager.watchdog());
  }

  @Test
  void watchdogOfAnotherProcess_isNotOurs() throws IOException {
    Map<String, String> environment = new HashMap<>();
    environment.put("NOTIFY_SOCKET", folder.resolve("notify").toString());
    environment.put("WATCHDOG_USEC", "30000000");
    environment.put("WATCHDOG_PID", "1");
    assertEquals(Optional.empty(), ServiceManager.of(environment).watchdog());

    environment.put("WATCHDOG_PID", Long.toString(ProcessHandle.current().pid()));
    assertEquals(Optional.of(Duration.ofSeconds(30)), ServiceManager.of(environment).watchdog());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "soon", "99999999999999999999"})
  void watchdogThatIsNoTime_isRefused(String micros) {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            ServiceManager.of(
                Map.of(
                    "NOTIFY_SOCKET",
                    folder.resolve("notify").toString(),
                    "WATCHDOG_USEC",
                    micros)));
  }

  private record Receiver(Process process, BufferedReader output) implements AutoCloseable {
    static Receiver start(String name) throws IOException {
      String python = RequiredTool.orSkip("python3").toString();
      Process process =
          new ProcessBuilder(python, "-c", RECEIVER, name)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      Receiver receiver =
          new Receiver(
              process,
              new BufferedReader(
                  new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
      assertEquals("bound", receiver.output.readLine());
      return receiver;
    }

    /** The next datagram, line feeds as {@code \n}. */
    String next() throws IOException {
      String line = String.valueOf(output.readLine());
      String self = ProcessHandle.current().pid() + " '";
      assertTrue(line.startsWith(self) && line.endsWith("'"), line);
      return line.substring(self.length(), line.length() - 1);
    }

    @Override
    public void close() throws InterruptedException {
      process.destroy();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
  }
}
