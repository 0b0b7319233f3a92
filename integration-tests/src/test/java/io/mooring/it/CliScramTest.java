package io.mooring.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.testkit.MqttType;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command as a process, logging in by SCRAM. */
@Timeout(120)
class CliScramTest {
  private static final Script HONEST =
      wire -> {
        new ScramServer().authenticate(wire);
        wire.serve();
      };

  @TempDir Path folder;

  @Test
  void putScram_learnsSaltAndCountByOneLogin_andPubNeedsNoPasswordAfterwards() throws Exception {
    try (var broker = ScriptedBroker.builder().onConnection(HONEST).onConnection(HONEST).start()) {
      Path ca = broker.identity().writeRoot(folder.resolve("ca.pem"));
      Path password = secret("password", ScramServer.PASSWORD);
      String[] store = {
        "--keystore=" + folder.resolve("device.p12"), "--storepass-file=" + folder.resolve("pass")
      };
      assertDone(cli("keystore", "init", store[0], store[1], "--make-storepass"));
      assertDone(cli("keystore", "put-ca", store[0], store[1], "--ca=" + ca));
      assertDone(
          cli(
              "keystore",
              "put-scram",
              store[0],
              store[1],
              "--mechanism=scram-sha-256",
              "--user=" + ScramServer.USER,
              "--password-file=" + password,
              "--broker=" + broker.uri(),
              "--client-id=meter-0042"));
      Files.delete(password);
      Result shown = cli("keystore", "show", store[0], store[1]);
      assertTrue(shown.out().contains("salt " + ScramServer.SALT), shown.out());
      Result pub =
          cli(
              "pub",
              store[0],
              store[1],
              "--broker=" + broker.uri(),
              "--client-id=meter-0042",
              "--topic=t",
              "--message=m",
              "--verbose");
      assertDone(pub);
      assertTrue(pub.err().contains("proven by SCRAM-SHA-256"), pub.err());
      assertEquals(1, broker.received(MqttType.PUBLISH).size());
      broker.verify();
    }
  }

  @Test
  void brokerWithAWrongSignature_endsWith6_andNothingIsStored() throws Exception {
    try (var broker =
        ScriptedBroker.builder()
            .onConnection(
                wire -> {
                  ScramServer server = new ScramServer();
                  server.connect(wire);
                  server.challenge(wire, server.serverFirst());
                  wire.expectAuth();
                  String forged = "v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
                  wire.connack(ScramServer.METHOD, ScramServer.bytes(forged));
                  wire.readUntilClosed();
                })
            .start()) {
      Path ca = broker.identity().writeRoot(folder.resolve("ca.pem"));
      Path password = secret("password", ScramServer.PASSWORD);
      String[] store = {
        "--keystore=" + folder.resolve("device.p12"), "--storepass-file=" + folder.resolve("pass")
      };
      assertDone(cli("keystore", "init", store[0], store[1], "--make-storepass"));
      Result result =
          cli(
              "keystore",
              "put-scram",
              store[0],
              store[1],
              "--mechanism=scram-sha-256",
              "--user=" + ScramServer.USER,
              "--password-file=" + password,
              "--broker=" + broker.uri(),
              "--ca=" + ca,
              "--client-id=meter-0042");
      assertEquals(6, result.code(), result.err());
      assertFalse(result.err().contains(ScramServer.PASSWORD), result.err());
      assertEquals("", cli("keystore", "show", store[0], store[1]).out());
    }
  }

  private record Result(int code, String out, String err) {}

  private static void assertDone(Result result) {
    assertEquals(0, result.code(), result.err());
  }

  private Path secret(String name, String content) throws Exception {
    Path file =
        Files.createFile(
            folder.resolve(name),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(file, content + "\n");
  }

  private Result cli(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.mooring.cli.Mooring"));
    command.addAll(List.of(arguments));
    Path err = Files.createTempFile(folder, "stderr", "");
    Process process = new ProcessBuilder(command).redirectError(err.toFile()).start();
    try {
      process.getOutputStream().close();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(process.waitFor(30, TimeUnit.SECONDS));
      return new Result(process.exitValue(), out, Files.readString(err));
    } finally {
      process.destroyForcibly();
    }
  }
}
