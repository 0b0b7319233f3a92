package io.mooring.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A TPM 2.0 made of software (swtpm) behind the resource manager tpm2-abrmd on a D-Bus of its own,
 * and tpm2-pkcs11 over it. State in a folder of its own, ports that were free. The library reads
 * its configuration from the environment, so there is one for each JVM. Without the programs the
 * test is skipped ({@link RequiredTool}).
 */
public final class SwTpm {
  /** The user PIN of every token made here. */
  public static final String PIN = Canaries.planted("a PIN of SwTpm", "pin-Hd62mjC9sE");

  /** The security officer's PIN of every token made here. */
  public static final String SO_PIN = Canaries.planted("a PIN of SwTpm", "so-pin-Pu41rgK8xW");

  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final int START_ATTEMPTS = 5;
  private static final List<Path> LIBRARIES =
      Stream.of(
              "/usr/lib/x86_64-linux-gnu/pkcs11/libtpm2_pkcs11.so",
              "/usr/lib/aarch64-linux-gnu/pkcs11/libtpm2_pkcs11.so",
              "/usr/lib/arm-linux-gnueabihf/pkcs11/libtpm2_pkcs11.so",
              "/usr/lib64/pkcs11/libtpm2_pkcs11.so",
              "/usr/lib/x86_64-linux-gnu/libtpm2_pkcs11.so.1")
          .map(Path::of)
          .toList();

  private static @Nullable SwTpm shared;

  private final Path library;
  private final Path ptool;
  private final Path folder;
  private final List<Process> processes = new ArrayList<>();
  private final int port;
  private final String bus;

  private SwTpm(Path folder) throws IOException {
    this.library = RequiredTool.fileOrSkip("libtpm2_pkcs11.so", LIBRARIES);
    this.ptool = RequiredTool.orSkip("tpm2_ptool");
    this.folder = folder;
    Files.createDirectory(folder.resolve("state"));
    Files.createDirectory(folder.resolve("store"));
    this.port = startTpm();
    this.bus = startBus();
    startResourceManager();
    ToolRun.of(environment(), List.of(ptool.toString(), "init", "--path", store()));
  }

  /** The one of this JVM; started at the first call, ended with the JVM. */
  public static synchronized SwTpm shared() {
    SwTpm present = shared;
    if (present == null) {
      try {
        Path folder = Files.createTempDirectory("mooring-swtpm");
        present = new SwTpm(folder);
      } catch (IOException e) {
        throw new AssertionError("the software TPM cannot be started", e);
      }
      SwTpm started = present;
      Runtime.getRuntime().addShutdownHook(new Thread(started::end));
      started.environment().forEach(NativeEnvironment::set);
      shared = started;
    }
    return present;
  }

  /** The PKCS#11 library. */
  public Path library() {
    return library;
  }

  /** What a child process must have in its environment to see the same tokens. */
  public Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("DBUS_SESSION_BUS_ADDRESS", bus);
    environment.put("TPM2_PKCS11_STORE", store());
    environment.put("TPM2_PKCS11_TCTI", "tabrmd:bus_type=session");
    environment.put("TPM2TOOLS_TCTI", "tabrmd:bus_type=session");
    // 0: the library prints what it refuses, and a test asks it to refuse.
    environment.put("TPM2_PKCS11_LOG_LEVEL", "0");
    return environment;
  }

  /** Makes a token with {@link #PIN}; it shows up in a library that is initialised afterwards. */
  public void addToken(String label) {
    ToolRun.of(
        environment(),
        List.of(
            ptool.toString(),
            "addtoken",
            "--pid",
            "1",
            "--label",
            label,
            "--sopin",
            SO_PIN,
            "--userpin",
            PIN,
            "--path",
            store()));
  }

  /** Imports an HMAC key, since the library takes no secret keys. */
  public void importHmacKey(String tokenLabel, String keyLabel, byte[] key) {
    try {
      Path file = Files.createTempFile(folder, "hmac", ".key");
      try {
        Files.write(file, key);
        ToolRun.of(
            environment(),
            List.of(
                ptool.toString(),
                "import",
                "--label",
                tokenLabel,
                "--key-label",
                keyLabel,
                "--userpin",
                PIN,
                "--algorithm",
                "hmac",
                "--privkey",
                file.toString(),
                "--path",
                store()));
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new AssertionError("the HMAC key cannot be handed to tpm2_ptool", e);
    }
  }

  /** Ends TPM and resource manager, as if the TPM were pulled. */
  public void pull() {
    stop(processes.remove(processes.size() - 1));
    stop(processes.remove(0));
  }

  /** Starts them again on the state they had. */
  public void plugIn() throws IOException {
    Process tpm = launchTpm(port);
    processes.add(0, tpm);
    awaitPort(tpm, port);
    startResourceManager();
  }

  private String store() {
    return folder.resolve("store").toString();
  }

  private int startTpm() throws IOException {
    for (int attempt = 1; ; attempt++) {
      int candidate = freePair();
      Process tpm = launchTpm(candidate);
      try {
        awaitPort(tpm, candidate);
        processes.add(tpm);
        return candidate;
      } catch (AssertionError e) {
        stop(tpm);
        if (attempt == START_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private Process launchTpm(int at) throws IOException {
    return start(
        "swtpm",
        "socket",
        "--tpm2",
        "--tpmstate",
        "dir=" + folder.resolve("state"),
        "--server",
        "type=tcp,bindaddr=127.0.0.1,port=" + at,
        "--ctrl",
        "type=tcp,bindaddr=127.0.0.1,port=" + (at + 1),
        "--flags",
        "not-need-init,startup-clear");
  }

  /** The TCTI of swtpm takes the port above the first for control. */
  private static int freePair() throws IOException {
    try (ServerSocket first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return first.getLocalPort() & ~1;
    }
  }

  private String startBus() throws IOException {
    Path log = folder.resolve("dbus-daemon.log");
    Process daemon =
        start("dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1");
    processes.add(daemon);
    await("dbus-daemon", daemon, () -> read(log).contains("\n"));
    return read(log).lines().findFirst().orElseThrow();
  }

  private void startResourceManager() throws IOException {
    Process manager =
        start(
            "tpm2-abrmd",
            "--session",
            "--allow-root",
            // tpm2-pkcs11 keeps each key that it has used loaded until the end of the login.
            "--max-transients=100",
            "--tcti=swtpm:host=127.0.0.1,port=" + port);
    processes.add(manager);
    String getcap = RequiredTool.orSkip("tpm2_getcap").toString();
    await(
        "tpm2-abrmd",
        manager,
        () -> {
          try {
            ToolRun.of(environment(), List.of(getcap, "properties-fixed"));
            return true;
          } catch (AssertionError e) {
            return false;
          }
        });
  }

  private Process start(String program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(RequiredTool.orSkip(program).toString());
    command.addAll(List.of(arguments));
    Path log = folder.resolve(program + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().remove("DBUS_SESSION_BUS_ADDRESS");
    if (!program.equals("swtpm") && !program.equals("dbus-daemon")) {
      builder.environment().putAll(environment());
    }
    return builder.start();
  }

  private void awaitPort(Process process, int at) {
    await(
        "swtpm",
        process,
        () -> {
          // The control port, since the other serves one connection only.
          try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), at + 1), 1_000);
            return true;
          } catch (IOException e) {
            return false;
          }
        });
  }

  private void await(String program, Process process, BooleanSupplier up) {
    long end = System.nanoTime() + BOUND.toNanos();
    while (!up.getAsBoolean()) {
      try {
        if (process.waitFor(20, TimeUnit.MILLISECONDS) || System.nanoTime() > end) {
          throw new AssertionError(
              program + " is not up: " + read(folder.resolve(program + ".log")));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while waiting for " + program, e);
      }
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  private void end() {
    processes.forEach(SwTpm::stop);
    ToolRun.remove(folder);
  }

  private static void stop(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
