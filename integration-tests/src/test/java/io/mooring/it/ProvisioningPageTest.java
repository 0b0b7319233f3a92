package io.mooring.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.demo.DemoBroker;
import io.mooring.demo.DemoUser;
import io.mooring.testkit.RequiredTool;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every command of docs/PROVISIONING.md, in its order, against HiveMQ with SCRAM and mutual TLS.
 */
@Timeout(600)
class ProvisioningPageTest {
  private static final String PASSWORD = "the device's password";
  private static final Pattern BLOCK = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);
  private static final Pattern MEMBER = Pattern.compile("\"([a-zA-Z0-9]+)\":\"?([^\",}]*)");
  private static final List<String> SECTIONS =
      List.of(
          "One device by hand",
          "A new key for the broker",
          "One file for the factory line",
          "A fleet");

  private final TestIdentity brokers = TestCertificates.ca("Brokers").create();
  private final TestIdentity devices = TestCertificates.ca("Devices").create();
  private final TestIdentity present = brokers.server("localhost");
  private final TestIdentity fleetBroker = brokers.server("localhost");

  @TempDir Path folder;

  @Test
  void everyBlock_runs_andTheDevicesConnect() throws Exception {
    RequiredTool.orSkip("bash");
    RequiredTool.orSkip("openssl");
    layOut();
    int fleetPort = freePort();
    String page = Files.readString(Path.of("..", "docs", "PROVISIONING.md"));
    Shell shell = new Shell(folder);
    try (DemoBroker broker =
        DemoBroker.builder()
            .certificate(present)
            .device("meter-0042", PASSWORD)
            .requireClientCertificate(devices.root())
            .start()) {
      List<String> blocks = new ArrayList<>();
      SECTIONS.forEach(section -> blocks.addAll(blocks(page, section)));
      String last = blocks.remove(blocks.size() - 1);
      for (String block : blocks) {
        run(shell, here(block, broker.port(), fleetPort));
      }
      assertFalse(Files.exists(folder.resolve("password")));
      try (DemoBroker fleet = fleetBroker(fleetPort)) {
        assertEquals(fleetPort, fleet.port());
        String out = run(shell, here(last, broker.port(), fleetPort)).out();
        assertTrue(out.contains("certificate  CN=meter-1,OU=Line 3,O=Acme\n"), out);
      }
    }
  }

  /** A broker that imported what fleet wrote for it. */
  private DemoBroker fleetBroker(int port) throws Exception {
    DemoBroker.Builder description =
        DemoBroker.builder()
            .certificate(fleetBroker)
            .port(port)
            .requireClientCertificate(devices.root());
    for (String line : Files.readAllLines(folder.resolve("fleet/scram-credentials.jsonl"))) {
      description.user(
          DemoUser.parse(
              String.join(
                  "$",
                  member(line, "user") + " DEVICE SHA_256",
                  member(line, "iterations"),
                  member(line, "salt"),
                  member(line, "storedKey"),
                  member(line, "serverKey"))));
    }
    return description.start();
  }

  private void layOut() throws Exception {
    TestIdentity meter = devices.client("meter-0042");
    brokers.writeRoot(folder.resolve("ca.pem"));
    devices.writeRoot(folder.resolve("device-ca.pem"));
    devices.writeKey(folder.resolve("device-ca.key"));
    meter.writeChain(folder.resolve("meter.pem"));
    meter.writeKey(folder.resolve("meter.key"));
    brokers.server("localhost").writeChain(folder.resolve("new.pem"));
    fleetBroker.writeChain(folder.resolve("fleet-broker.pem"));
    TestCertificates.ca("Backup").create().writeChain(folder.resolve("backup.pem"));
    Files.createFile(
        folder.resolve("password"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(folder.resolve("password"), PASSWORD + "\n");
  }

  private static Shell.Result run(Shell shell, String block) throws Exception {
    Shell.Result result = shell.run(block);
    assertEquals(0, result.code(), () -> block + "\n" + result.err() + result.out());
    return result;
  }

  /** What differs here: names of hosts, and the life of a CA that lives for two days. */
  private static String here(String block, int port, int fleetPort) {
    return block
        .replace("broker.example:8883", "localhost:" + port)
        .replace("fleet.example:8883", "localhost:" + fleetPort)
        .replace("--valid-days 365", "--valid-days 1");
  }

  private static List<String> blocks(String page, String section) {
    int begin = page.indexOf("\n## " + section + "\n");
    assertTrue(begin >= 0, () -> "no section '" + section + "'");
    int end = page.indexOf("\n## ", begin + 1);
    Matcher block = BLOCK.matcher(page.substring(begin, end < 0 ? page.length() : end));
    List<String> found = block.results().map(match -> match.group(1)).toList();
    assertFalse(found.isEmpty(), () -> "no block in '" + section + "'");
    return found;
  }

  private static String member(String line, String name) {
    Matcher member = MEMBER.matcher(line);
    while (member.find()) {
      if (member.group(1).equals(name)) {
        return member.group(2);
      }
    }
    throw new AssertionError("no " + name + " in " + line);
  }

  /** The bundles name the port before their broker, which imports their credentials, is started. */
  private static int freePort() throws Exception {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }
}
