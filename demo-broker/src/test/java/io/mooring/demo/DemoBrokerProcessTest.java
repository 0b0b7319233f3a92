package io.mooring.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.testkit.TestTls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
class DemoBrokerProcessTest {
  private static final String PASSWORD = "correct horse";
  private static final long END_SECONDS = 30;
  @TempDir Path folder;
  private Path users;
  private TestIdentity identity;

  @BeforeEach
  void provision() throws Exception {
    users = folder.resolve("users");
    identity = TestCertificates.localhost();
    Path password = Files.writeString(folder.resolve("password"), PASSWORD + "\n");
    for (String role : List.of("device", "operator")) {
      assertEquals(
          0,
          run(
              "provision",
              "--users",
              users.toString(),
              "--user",
              "the-" + role,
              "--role",
              role,
              "--password-file",
              password.toString()));
    }
  }

  @Test
  void process_saysReady_servesScram_andEndsWithItsStandardInput() throws Exception {
    Process process =
        start(
            "--cert",
            identity.writeChain(folder.resolve("cert.pem")).toString(),
            "--key",
            identity.writeKey(folder.resolve("key.pem")).toString(),
            "--users",
            users.toString());
    try {
      logInAndLeave(process, "the-device");
      process.getOutputStream().close();
      assertTrue(process.waitFor(END_SECONDS, TimeUnit.SECONDS));
      assertEquals(0, process.exitValue());
      assertEquals("", new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
      assertLeavesNothing();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void process_withAKeystore_endsOnSigterm_andLeavesNoFile() throws Exception {
    char[] storePassword = "store".toCharArray();
    Path storepass = Files.writeString(folder.resolve("storepass"), "store\n");
    Process process =
        start(
            "--keystore",
            identity.writeKeyStore(folder.resolve("broker.p12"), storePassword).toString(),
            "--storepass-file",
            storepass.toString(),
            "--users",
            users.toString());
    try {
      logInAndLeave(process, "the-operator");
      process.destroy();
      assertTrue(process.waitFor(END_SECONDS, TimeUnit.SECONDS));
      assertLeavesNothing();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void wrongUsage_isExitCode2_andAMissingFileIs1() {
    assertEquals(2, run("--nonsense"));
    assertEquals(2, run("--users", users.toString()));
    assertEquals(2, run("provision", "--users", users.toString()));
    assertEquals(
        1, run("--cert", "/nowhere/cert", "--key", "/nowhere/key", "--users", users.toString()));
  }

  private void logInAndLeave(Process process, String user) throws Exception {
    int port = Integer.parseInt(readLine(process.getInputStream()).substring("READY ".length()));
    try (var client = new RawClient(TestTls.client(identity.root()), port)) {
      var scram = RawClient.scram("SCRAM-SHA-512", user, PASSWORD);
      var connack = (MqttPacket.Connack) RawClient.login(client, user, scram);
      assertEquals(0, connack.reasonCode());
    }
  }

  private Process start(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + folder.resolve("tmp"),
                "-cp",
                System.getProperty("java.class.path"),
                DemoBrokerProcess.class.getName()));
    command.addAll(List.of(arguments));
    Files.createDirectory(folder.resolve("tmp"));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private void assertLeavesNothing() throws IOException {
    try (Stream<Path> left = Files.walk(folder.resolve("tmp"), 4)) {
      assertEquals(
          List.of(),
          left.filter(each -> each.getFileName().toString().startsWith("mooring")).toList());
    }
  }

  private static int run(String... arguments) {
    var sink = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    return DemoBrokerProcess.run(arguments, InputStream.nullInputStream(), sink, sink);
  }

  private static String readLine(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("The process ended; it had said: " + line);
      }
      line.write(next);
    }
    return line.toString(StandardCharsets.UTF_8);
  }
}
