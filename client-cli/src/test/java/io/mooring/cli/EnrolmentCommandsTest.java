package io.mooring.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.testkit.ConnectProxy;
import io.mooring.testkit.CsrSigner;
import io.mooring.testkit.EstFault;
import io.mooring.testkit.EstServer;
import io.mooring.testkit.MqttType;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class EnrolmentCommandsTest {
  @TempDir Path folder;

  @BeforeEach
  void makeKeystore() {
    run(ExitCode.DONE, "keystore", "init", "--make-storepass");
  }

  @Test
  void keygen_isSafeToRunAgain_andReplacesOnlyWhenTold() {
    String first = keygen("--json");
    assertTrue(first.contains("\"changed\":true,\"keyType\":\"ec-p256\",\"pin\":\"sha256/"), first);
    String again = keygen("--json");
    assertEquals(first.replace("true", "false"), again);
    assertTrue(run(ExitCode.USAGE, "keygen", "--key-type", "rsa-3072").err().contains("--replace"));
    String replaced = keygen("--json", "--replace", "--key-type", "ec-p384");
    assertTrue(replaced.contains("ec-p384"), replaced);
    run(ExitCode.USAGE, "keygen", "--key-type", "dsa");
  }

  @Test
  void csr_goesToStandardOutput_aFile_andJson() throws Exception {
    assertTrue(run(ExitCode.CREDENTIAL, "csr", "--subject", "CN=m").err().contains("keygen"));
    keygen();
    assertTrue(run(ExitCode.USAGE, "csr").err().contains("--subject"));
    run(ExitCode.USAGE, "csr", "--subject", "m");
    run(ExitCode.USAGE, "csr", "--subject", "CN=m", "--san", "m");
    String pem = run(ExitCode.DONE, "csr", "--subject", "CN=m").out();
    assertTrue(pem.startsWith("-----BEGIN CERTIFICATE REQUEST-----\n"), pem);
    Path out = folder.resolve("m.csr");
    run(ExitCode.DONE, "csr", "--subject", "CN=m", "--out", out.toString());
    assertTrue(Files.readString(out).startsWith("-----BEGIN CERTIFICATE REQUEST-----\n"));
    String json = run(ExitCode.DONE, "csr", "--subject", "CN=m", "--json").out();
    assertTrue(json.contains("\"subject\":\"CN=m\"") && json.lines().count() == 1, json);
  }

  @Test
  void importCert_checks_andIsSafeToRunAgain() throws Exception {
    TestIdentity authority = TestCertificates.ca("Devices").create();
    keygen();
    X509Certificate issued = new CsrSigner(authority).sign(request());
    Path file = folder.resolve("m.pem");
    Files.writeString(file, TestIdentity.pem(issued).replace("\n", " \r\n"));
    Path ca = authority.writeRoot(folder.resolve("ca.pem"));
    Path other = TestCertificates.ca("O").create().writeRoot(folder.resolve("o.pem"));
    run(ExitCode.CREDENTIAL, "import-cert", "--cert", other.toString());
    run(ExitCode.CREDENTIAL, "import-cert", "--cert", file + "", "--issuer-ca", other.toString());
    run(ExitCode.CREDENTIAL, "import-cert", "--cert", folder.resolve("storepass").toString());
    run(ExitCode.CREDENTIAL, "import-cert", "--cert", folder.resolve("none").toString());
    String[] take = {"import-cert", "--cert", file + "", "--issuer-ca", ca + "", "--json"};
    String json = run(ExitCode.DONE, take).out();
    assertTrue(json.contains("\"changed\":true,\"subject\":\"CN=m\""), json);
    assertTrue(run(ExitCode.DONE, take).out().contains("\"changed\":false"));
    assertTrue(
        Cli.with()
            .input(TestIdentity.pem(issued))
            .go(ExitCode.DONE, arguments("import-cert", "--cert", "-"))
            .err()
            .contains("in use already"));
  }

  @Test
  void enrol_andRenew_sayWhatTheyDid() throws Exception {
    Path otp = Cli.secret(folder.resolve("otp"), "secret");
    try (EstServer server =
        EstServer.builder().basic("meter", "secret").life(Duration.ofDays(9)).start()) {
      String[] enrol =
          est(server, "enrol", "--user", "meter", "--password-file", otp + "", "--subject", "CN=m");
      String first = run(ExitCode.DONE, enrol).out();
      assertTrue(first.contains("\"changed\":true,\"subject\":\"CN=m\""), first);
      String again = run(ExitCode.DONE, enrol).out();
      assertTrue(again.contains("\"changed\":false"), again);
      assertEquals(1, server.issued().size());
      String early = run(ExitCode.DONE, est(server, "renew", "--if-due")).out();
      assertTrue(early.contains("\"reason\":\"not due before "), early);
      String renewed = run(ExitCode.DONE, est(server, "renew")).out();
      assertTrue(renewed.contains("\"changed\":true"), renewed);
      assertEquals(2, server.issued().size());
      String shown = run(ExitCode.DONE, "identity", "show").out();
      assertTrue(shown.contains(server.issued().get(1).getSerialNumber().toString(16)), shown);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "REFUSAL, REFUSED",
    "BUSY, NETWORK",
    "HTML, PROTOCOL_VIOLATION",
    "REDIRECT_TO_HTTP, PROTOCOL_VIOLATION",
    "WRONG_KEY, CREDENTIAL",
    "EXPIRED, CREDENTIAL"
  })
  void serverThatMisbehaves_hasItsExitCode_andTheIdentityStays(EstFault fault, ExitCode code)
      throws Exception {
    Path otp = Cli.secret(folder.resolve("otp"), "secret");
    try (EstServer server = EstServer.builder().basic("meter", "secret").start()) {
      run(
          ExitCode.DONE,
          est(
              server,
              "enrol",
              "--user",
              "meter",
              "--password-file",
              otp + "",
              "--subject",
              "CN=m"));
      String before = run(ExitCode.DONE, "keystore", "show").out();
      server.fault(fault);
      Cli refused = run(code, est(server, "renew"));
      assertEquals(1, refused.err().lines().count(), refused::err);
      assertEquals(before, run(ExitCode.DONE, "keystore", "show").out());
    }
  }

  @Test
  void pendingRequest_endsWithTheCodeOfWaiting() throws Exception {
    Path otp = Cli.secret(folder.resolve("otp"), "secret");
    try (EstServer server =
        EstServer.builder().basic("meter", "secret").pending(1, "7200").start()) {
      String[] enrol =
          est(server, "enrol", "--user", "meter", "--password-file", otp + "", "--subject", "CN=m");
      assertTrue(run(ExitCode.NETWORK, enrol).err().contains("Retry-After 7200 s"));
      String pin = keygen("--json").replaceAll(".*(sha256/[^\"]*).*\\s*", "$1");
      assertTrue(run(ExitCode.DONE, enrol).out().contains(pin), "the same key was certified");
    }
  }

  @Test
  void serverThatIsNotTrusted_isRefused_beforeThePasswordLeaves() throws Exception {
    Path otp = Cli.secret(folder.resolve("otp"), "secret");
    Path other = TestCertificates.ca("O").create().writeRoot(folder.resolve("o.pem"));
    try (EstServer server = EstServer.builder().basic("meter", "secret").start()) {
      String[] enrol =
          est(server, "enrol", "--user", "meter", "--password-file", otp + "", "--subject", "CN=m");
      for (int i = 0; i < enrol.length; i++) {
        enrol[i] = enrol[i].endsWith("est-ca.pem") ? other.toString() : enrol[i];
      }
      Cli refused = run(ExitCode.TLS, enrol);
      assertFalse(refused.err().contains("secret"));
      assertTrue(server.operations().isEmpty());
    }
  }

  @Test
  void brokerThatRefusesTheNewIdentity_keepsTheOldOne() throws Exception {
    Path otp = Cli.secret(folder.resolve("otp"), "secret");
    try (EstServer server = EstServer.builder().basic("meter", "secret").start();
        ScriptedBroker broker =
            ScriptedBroker.builder()
                .requireClientCertificate(server.authority().root())
                .onConnection(
                    wire -> {
                      wire.expectConnect();
                      wire.connack(0x87);
                    })
                .onEveryConnection(Script.accepting())
                .start()) {
      run(
          ExitCode.DONE,
          est(
              server,
              "enrol",
              "--user",
              "meter",
              "--password-file",
              otp + "",
              "--subject",
              "CN=m"));
      Path ca = broker.identity().writeRoot(folder.resolve("broker-ca.pem"));
      run(ExitCode.DONE, "keystore", "put-ca", "--ca", ca.toString());
      String before = run(ExitCode.DONE, "keystore", "show").out();
      run(ExitCode.REFUSED, est(server, "renew", "--broker", broker.uri(), "--client-id", "m"));
      assertEquals(before, run(ExitCode.DONE, "keystore", "show").out());
      run(ExitCode.DONE, est(server, "renew", "--broker", broker.uri(), "--client-id", "m"));
      assertFalse(before.equals(run(ExitCode.DONE, "keystore", "show").out()));
      assertEquals(2, broker.received(MqttType.CONNECT).size());
    }
  }

  @Test
  void proxy_carriesEnrolment_renewal_andTheTrialAtTheBroker() throws Exception {
    Path otp = Cli.secret(folder.resolve("otp"), "secret");
    TestIdentity authority = TestCertificates.ca("EST CA").create();
    TestIdentity plant = authority.server("est.plant.invalid");
    try (EstServer server = EstServer.builder().identity(plant).basic("meter", "secret").start();
        ConnectProxy proxy = ConnectProxy.open();
        ScriptedBroker broker =
            ScriptedBroker.builder()
                .identity(TestCertificates.ca("Broker CA").create().server("broker.plant.invalid"))
                .onEveryConnection(Script.accepting())
                .start()) {
      Path ca = broker.identity().writeRoot(folder.resolve("broker-ca.pem"));
      run(ExitCode.DONE, "keystore", "put-ca", "--ca", ca.toString());
      String url = server.url().replace("localhost", "est.plant.invalid");
      Path estCa = plant.writeRoot(folder.resolve("est-ca.pem"));
      String[] way = {
        "--est=" + url, "--est-ca=" + estCa, "--proxy=http://localhost:" + proxy.port()
      };
      String enrol = "--user=meter --subject=CN=m --password-file=" + otp;
      run(ExitCode.DONE, words("enrol", way, enrol.split(" ")));
      String at = "--broker=mqtts://broker.plant.invalid:" + broker.port() + " --client-id=m";
      run(ExitCode.DONE, words("renew", way, at.split(" ")));
      Cli.run(ExitCode.DONE, words("cacerts", way));
      assertEquals(2, server.issued().size());
      assertEquals(1, broker.received(MqttType.CONNECT).size());
      assertEquals(
          server.operations().size() + 1, proxy.requests().size(), "one went past the proxy");
      run(ExitCode.USAGE, words("renew", way, "--proxy-user=plant"));
    }
  }

  private static String[] words(String command, String[] way, String... more) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of(way));
    all.addAll(List.of(more));
    return all.toArray(new String[0]);
  }

  @Test
  void cacerts_arePrinted() throws Exception {
    try (EstServer server = EstServer.builder().start()) {
      Path ca = server.identity().writeRoot(folder.resolve("est-ca.pem"));
      Cli plain = Cli.run(ExitCode.DONE, "cacerts", "--est", server.url(), "--est-ca", ca + "");
      assertEquals(2, plain.out().split("BEGIN CERTIFICATE", -1).length - 1);
      assertTrue(plain.err().contains("CN=EST Root"), plain::err);
      Cli json =
          Cli.run(ExitCode.DONE, "cacerts", "--est", server.url(), "--est-ca", ca + "", "--json");
      assertTrue(json.out().startsWith("{\"certificates\":[{\"subject\":"), json::out);
    }
  }

  @Test
  void commandLinesThatCannotBe_areUsageErrors() {
    String est = "--est=https://est.example/.well-known/est";
    run(ExitCode.USAGE, "enrol", "--subject", "CN=m");
    run(ExitCode.USAGE, "enrol", "--est", "http://est.example/.well-known/est");
    run(ExitCode.USAGE, "enrol", est, "--password-file", "x", "--subject", "CN=m");
    run(ExitCode.USAGE, "enrol", est, "--cert", "x", "--subject", "CN=m");
    run(ExitCode.USAGE, "enrol", est, "--subject", "CN=m");
    run(ExitCode.USAGE, "enrol", est, "--user", "m:n", "--subject", "CN=m");
    run(ExitCode.USAGE, "renew", est, "--timeout", "604801");
    run(ExitCode.CREDENTIAL, "renew", est);
  }

  private byte[] request() {
    String pem = run(ExitCode.DONE, "csr", "--subject", "CN=m").out();
    return Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]*-----", ""));
  }

  private String keygen(String... more) {
    List<String> all = new ArrayList<>(List.of("keygen"));
    all.addAll(List.of(more));
    return run(ExitCode.DONE, all.toArray(new String[0])).out();
  }

  private String[] est(EstServer server, String command, String... more) throws Exception {
    Path ca = folder.resolve("est-ca.pem");
    if (!Files.exists(ca)) {
      server.identity().writeRoot(ca);
    }
    List<String> all =
        new ArrayList<>(
            List.of(command, "--est", server.url(), "--est-ca", ca.toString(), "--json"));
    all.addAll(List.of(more));
    return all.toArray(new String[0]);
  }

  private Cli run(ExitCode expected, String... arguments) {
    return Cli.run(expected, arguments(arguments));
  }

  /** With the keystore, behind the command's own words. */
  private String[] arguments(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    int at = words.length > 1 && !words[1].startsWith("-") ? 2 : 1;
    all.addAll(
        at,
        List.of(
            "--keystore",
            folder.resolve("device.p12").toString(),
            "--storepass-file",
            folder.resolve("storepass").toString()));
    return all.toArray(new String[0]);
  }
}
