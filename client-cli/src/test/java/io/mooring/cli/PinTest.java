package io.mooring.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.testkit.ScriptedBroker;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PinTest {
  @TempDir Path folder;

  @Test
  void certificateFile_printsLeafAndChain_withSubjectAndExpiry() throws Exception {
    TestIdentity root = TestCertificates.ca("Root").create();
    TestIdentity broker = root.issuesCa("Issuing").create().server("broker.example");
    Path pem = folder.resolve("chain.pem");
    Files.writeString(pem, broker.chainPem() + broker.rootPem());
    List<String> lines =
        Cli.run(ExitCode.DONE, "pin", "--cert", pem.toString()).out().lines().toList();
    assertEquals(3, lines.size());
    assertEquals(
        broker.spkiPin() + "  CN=broker.example  " + broker.certificate().getNotAfter().toInstant(),
        lines.get(0));
    assertTrue(lines.get(1).contains("CN=Issuing"), lines::toString);
    assertTrue(lines.get(2).startsWith(root.spkiPin() + "  CN=Root  "), lines::toString);
  }

  @Test
  void fileWithoutCertificate_isRefused() throws Exception {
    Path text = Files.writeString(folder.resolve("text.pem"), "no certificate here\n");
    Cli run = Cli.run(ExitCode.CREDENTIAL, "pin", "--cert", text.toString());
    assertEquals("", run.out());
  }

  @Test
  void server_isReadWithoutTrust_andSaidToBeUnverified() throws Exception {
    try (var broker = ScriptedBroker.builder().start()) {
      Cli run = Cli.run(ExitCode.DONE, "pin", "--from", "localhost:" + broker.port());
      assertTrue(run.out().startsWith(broker.identity().spkiPin() + "  CN=localhost  "), run::out);
      assertTrue(run.err().contains("UNVERIFIED"), run::err);
      broker.awaitHandshakeFailures(1);
      assertTrue(broker.connections().isEmpty(), "the handshake was completed");
    }
  }

  @Test
  void plaintextServer_isATlsError() throws Exception {
    try (var broker =
        ScriptedBroker.builder()
            .plaintext()
            .onConnection(wire -> wire.send(new byte[] {0x20, 0x03, 0, 0, 0}))
            .start()) {
      Cli.run(ExitCode.TLS, "pin", "--from", "localhost:" + broker.port());
    }
  }

  @Test
  void silentServer_isATimeout() throws Exception {
    try (var broker = ScriptedBroker.builder().silent().start()) {
      Cli run =
          Cli.run(
              ExitCode.NETWORK, "pin", "--from", "localhost:" + broker.port(), "--timeout", "0.3");
      assertTrue(run.err().contains("within 300 ms"), run::err);
    }
  }

  @Test
  void nobodyThere_isANetworkError() throws Exception {
    int port;
    try (var broker = ScriptedBroker.builder().start()) {
      port = broker.port();
    }
    Cli.run(ExitCode.NETWORK, "pin", "--from", "localhost:" + port);
  }
}
