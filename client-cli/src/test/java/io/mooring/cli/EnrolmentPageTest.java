package io.mooring.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.testkit.EstServer;
import io.mooring.testkit.RequiredTool;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.testkit.SoftHsm;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** docs/ENROLMENT.md, command by command. */
@Timeout(300)
class EnrolmentPageTest {
  private static final Pattern FILE =
      Pattern.compile("[a-z0-9-]+\\.(p12|pem|csr)|storepass2?|otp|pin");

  @TempDir Path folder;

  @Test
  void everyCommandOfThePage_works() throws Exception {
    RequiredTool.orSkip("openssl");
    TestIdentity factory = TestCertificates.ca("Factory").create();
    TestIdentity born = factory.client("serial-1");
    born.writeChain(folder.resolve("factory.pem"));
    born.writeKey(folder.resolve("factory-key.pem"));
    Cli.secret(folder.resolve("otp"), "for one use\n");
    try (EstServer est =
            EstServer.builder()
                .digest("meter", "for one use", "SHA-256")
                .factoryRoots(factory.certificate())
                .start();
        ScriptedBroker broker =
            ScriptedBroker.builder()
                .requireClientCertificate(est.authority().root())
                .onEveryConnection(Script.accepting())
                .start()) {
      est.identity().writeRoot(folder.resolve("est-ca.pem"));
      broker.identity().writeRoot(folder.resolve("broker-ca.pem"));
      List<List<String>> commands = ShellBlocks.of("ENROLMENT.md", "run");
      assertTrue(commands.size() >= 14, "the page has its commands");
      for (List<String> command : commands) {
        run(
            command.stream()
                .map(word -> word.replace("est.example", "localhost:" + est.port()))
                .map(word -> word.replace("broker.example", "localhost:" + broker.port()))
                .toList());
      }
      assertEquals(3, est.issued().size(), "enrolled twice, renewed once, not due once");
      assertEquals(1, broker.connections().size());
    }
  }

  @Test
  void everyCommandWithAToken_works() throws Exception {
    RequiredTool.orSkip("openssl");
    SoftHsm.shared().initToken("device-01");
    Cli.secret(folder.resolve("pin"), SoftHsm.PIN + "\n");
    Cli.secret(folder.resolve("otp"), "for one use\n");
    try (EstServer est = EstServer.builder().basic("meter", "for one use").start()) {
      est.identity().writeRoot(folder.resolve("est-ca.pem"));
      List<List<String>> commands = ShellBlocks.of("ENROLMENT.md", "run: token");
      assertEquals(5, commands.size(), "the page has its commands");
      for (List<String> command : commands) {
        run(
            command.stream()
                .map(word -> word.replace("est.example", "localhost:" + est.port()))
                .map(word -> word.endsWith(".so") ? SoftHsm.shared().library().toString() : word)
                .toList());
      }
      assertEquals(2, est.issued().size());
      String[] token = {
        "--pkcs11-library",
        SoftHsm.shared().library().toString(),
        "--token-label",
        "device-01",
        "--pin-file",
        folder.resolve("pin").toString(),
        "--key-label",
        "mqtt",
        "--json"
      };
      Cli keygen = Cli.run(ExitCode.DONE, with(token, "keygen"));
      assertTrue(keygen.out().contains("\"keyLabel\":\"mqtt\",\"changed\":true"), keygen::out);
      Cli.run(ExitCode.USAGE, with(token, "keygen", "--key-id", "01"));
      Cli.run(ExitCode.USAGE, "keygen", "--key-label", "mqtt");
    }
  }

  private static String[] with(String[] options, String... words) {
    return Stream.concat(Stream.of(words), Stream.of(options)).toArray(String[]::new);
  }

  private void run(List<String> command) throws Exception {
    if (command.get(0).equals("./mooring")) {
      Cli.run(
          ExitCode.DONE,
          command.stream()
              .skip(1)
              .map(word -> FILE.matcher(word).matches() ? folder.resolve(word).toString() : word)
              .toArray(String[]::new));
      return;
    }
    assertEquals("openssl", command.get(0));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), () -> command + ": " + said);
  }
}
