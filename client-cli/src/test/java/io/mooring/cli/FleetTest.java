package io.mooring.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Endpoint;
import io.mooring.identity.Secret;
import io.mooring.keystore.KeyAlgorithm;
import io.mooring.keystore.Pkcs12Identity;
import io.mooring.scram.ScramKeyDerivation;
import io.mooring.testkit.KeyKind;
import io.mooring.testkit.MqttType;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class FleetTest {
  private static final String PIN = "sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  private static final String BACKUP = "sha256/ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=";

  private final TestIdentity root = TestCertificates.ca("Acme Root").create();
  private TestIdentity authority = root.issuesCa("Line 3").create();

  @TempDir Path folder;

  @Test
  void device_ofTheFleet_connectsWithItsInstalledBundle() throws Exception {
    TestIdentity broker = root.server("localhost");
    try (var server =
        ScriptedBroker.builder()
            .identity(broker)
            .requireClientCertificate(root.root())
            .onConnection(Script.accepting())
            .start()) {
      Path ca = root.writeRoot(folder.resolve("broker-ca.pem"));
      csv("name\nmeter-1\n");
      Cli made =
          fleet(
              ExitCode.DONE,
              server.uri(),
              "--ca=" + ca,
              "--pin=" + broker.spkiPin(),
              "--pin=" + BACKUP,
              "--outbox-key",
              "--json");
      assertTrue(made.out().contains("\"made\":1,\"already\":0"), made::out);
      assertEquals("rwx------", mode(out()));
      assertEquals("rw-------", mode(bundle("meter-1")));
      Path to = folder.resolve("etc");
      Cli.run(ExitCode.DONE, "bundle", "install", "--bundle=" + bundle("meter-1"), "--to=" + to);
      Cli.run(ExitCode.DONE, "pub", "--installed=" + to, "--topic=t", "--message=m");
      assertEquals(1, server.received(MqttType.PUBLISH).size());
    }
  }

  @ParameterizedTest
  @EnumSource(KeyKind.class)
  void certificate_hasTheProfile_underEachKindOfAuthority(KeyKind kind) throws Exception {
    authority = root.issuesCa("Line 3").key(kind).create();
    csv("name,subject\nmeter-1,\"CN=meter-1,OU=Line 3,O=Acme\"\nmeter-2,\n");
    fleet(ExitCode.DONE, "mqtts://b", "--valid-days=1");
    X509Certificate one = certificate("meter-1");
    X509Certificate two = certificate("meter-2");
    one.verify(authority.certificate().getPublicKey());
    one.checkValidity();
    assertEquals("CN=meter-1,OU=Line 3,O=Acme", one.getSubjectX500Principal().getName());
    assertEquals("CN=meter-2", two.getSubjectX500Principal().getName());
    assertEquals(authority.certificate().getSubjectX500Principal(), one.getIssuerX500Principal());
    assertEquals(-1, one.getBasicConstraints());
    assertEquals(List.of("1.3.6.1.5.5.7.3.2"), one.getExtendedKeyUsage());
    assertTrue(one.getKeyUsage()[0], "digitalSignature");
    assertEquals(1, Stream.of(box(one.getKeyUsage())).filter(set -> set).count());
    assertTrue(one.getCriticalExtensionOIDs().contains("2.5.29.19"));
    byte[] ski = authority.certificate().getExtensionValue("2.5.29.14");
    byte[] aki = one.getExtensionValue("2.5.29.35");
    assertTrue(hex(aki).endsWith(hex(ski).substring(8)), "AKI is the authority's SKI");
    assertFalse(one.getSerialNumber().equals(two.getSerialNumber()));
    assertTrue(one.getSerialNumber().signum() > 0 && one.getSerialNumber().bitLength() > 64);
    try (Pkcs12Identity keystore = keystore("meter-1")) {
      assertEquals(List.of(one, authority.certificate()), keystore.identity().certificateChain());
    }
  }

  @Test
  void scram_givenPasswordOrRandom_brokerGetsStoredKeysOnly_andNobodyThePassword()
      throws Exception {
    csv("name,user,password\nmeter-1,u1,pencil\nmeter-2,u2,\n");
    Cli made = fleetOf(ExitCode.DONE, "mqtts://b", "--scram=scram-sha-256");
    List<String> credentials = Files.readAllLines(out().resolve("scram-credentials.jsonl"));
    assertEquals(2, credentials.size());
    assertEquals("rw-------", mode(out().resolve("scram-credentials.jsonl")));
    String line = credentials.stream().filter(l -> l.contains("\"u1\"")).findFirst().orElseThrow();
    byte[] salt = Base64.getDecoder().decode(member(line, "salt"));
    try (var password = Secret.of("pencil".toCharArray());
        var keys = ScramKeyDerivation.derive("SCRAM-SHA-256", "u1", password, salt, 4096);
        var device = keystore("meter-1")) {
      byte[] storedKey = MessageDigest.getInstance("SHA-256").digest(keys.clientKey());
      assertEquals(Base64.getEncoder().encodeToString(storedKey), member(line, "storedKey"));
      assertEquals(Base64.getEncoder().encodeToString(keys.serverKey()), member(line, "serverKey"));
      assertArrayEquals(keys.clientKey(), device.scram().clientKey());
      assertEquals(
          "SCRAM-SHA-256$4096:"
              + member(line, "salt")
              + "$"
              + member(line, "storedKey")
              + ":"
              + member(line, "serverKey"),
          member(line, "rfc5803"));
    }
    assertNull(certificateOrNull("meter-2"));
    String manifest = Files.readString(out().resolve("manifest.jsonl"));
    assertEquals(2, manifest.lines().count());
    for (String text : List.of(manifest, made.out(), made.err(), String.join("", credentials))) {
      assertFalse(text.contains("pencil"), text);
    }
    assertFalse(manifest.contains(member(line, "storedKey")));
  }

  @Test
  void manifest_namesEachDeviceWithItsDigests() throws Exception {
    csv("name,client-id\nmeter-1,c/1\n");
    fleet(ExitCode.DONE, "mqtts://b");
    String line = Files.readString(out().resolve("manifest.jsonl")).strip();
    X509Certificate certificate = certificate("meter-1");
    assertEquals("meter-1", member(line, "name"));
    assertEquals("c/1", member(line, "clientId"));
    assertEquals(Fingerprints.of(certificate), member(line, "fingerprint"));
    assertEquals(certificate.getSerialNumber().toString(16), member(line, "serial"));
    assertEquals(TestIdentity.spkiPin(certificate), member(line, "pin"));
    byte[] bytes = Files.readAllBytes(bundle("meter-1"));
    assertEquals(Fingerprints.hex(Fingerprints.sha256(bytes)), member(line, "sha256"));
  }

  @Test
  void secondRun_makesNothing_andAnotherLineIsAdded() throws Exception {
    csv("name\nmeter-1\nmeter-2\n");
    fleet(ExitCode.DONE, "mqtts://b", "--scram=scram-sha-512");
    byte[] before = Files.readAllBytes(bundle("meter-1"));
    Cli again = fleet(ExitCode.DONE, "mqtts://b", "--scram=scram-sha-512", "--json");
    assertTrue(again.out().contains("\"changed\":false"), again::out);
    csv("name\nmeter-1\nmeter-2\nmeter-3\n");
    Cli more = fleet(ExitCode.DONE, "mqtts://b", "--scram=scram-sha-512", "--json");
    assertTrue(more.out().contains("\"made\":1,\"already\":2"), more::out);
    assertArrayEquals(before, Files.readAllBytes(bundle("meter-1")));
    assertEquals(3, Files.readAllLines(out().resolve("manifest.jsonl")).size());
    assertEquals(3, Files.readAllLines(out().resolve("scram-credentials.jsonl")).size());
  }

  @Test
  void interruptedAtEachPlace_aSecondRunFinishes_withoutDuplicates() throws Exception {
    csv("name\nmeter-1\nmeter-2\nmeter-3\n");
    String[] options = {"--scram=scram-sha-256", "--threads=1"};
    fleet(ExitCode.DONE, "mqtts://b", options);
    Path manifest = out().resolve("manifest.jsonl");
    Path credentials = out().resolve("scram-credentials.jsonl");
    List<String> lines = Files.readAllLines(manifest);
    List<String> secrets = Files.readAllLines(credentials);
    byte[] third = Files.readAllBytes(bundle("meter-3"));

    // After the bundle, before any line.
    Files.writeString(manifest, String.join("\n", lines.subList(0, 2)) + "\n");
    Files.writeString(credentials, String.join("\n", secrets.subList(0, 2)) + "\n");
    fleet(ExitCode.DONE, "mqtts://b", options);
    assertEquals(lines, Files.readAllLines(manifest));
    assertEquals(secrets, Files.readAllLines(credentials));

    // After the credential; the manifest's line was cut off.
    Files.writeString(
        manifest, String.join("\n", lines.subList(0, 2)) + "\n" + lines.get(2).substring(0, 20));
    fleet(ExitCode.DONE, "mqtts://b", options);
    assertEquals(lines, Files.readAllLines(manifest));
    assertEquals(secrets, Files.readAllLines(credentials));
    assertArrayEquals(third, Files.readAllBytes(bundle("meter-3")));

    // Within the bundle: only its temporary file is there.
    Files.delete(bundle("meter-3"));
    String half = ".meter-3.mooring.5f1e0c7a-9b3d-4826-af10-cd7711e2b394.new";
    Path leftover = Files.writeString(out().resolve("bundles").resolve(half), "half a secret");
    Files.writeString(manifest, String.join("\n", lines.subList(0, 2)) + "\n");
    Files.writeString(credentials, String.join("\n", secrets.subList(0, 2)) + "\n");
    fleet(ExitCode.DONE, "mqtts://b", options);
    assertEquals(3, Files.readAllLines(manifest).size());
    Cli.run(ExitCode.DONE, "bundle", "show", "--bundle=" + bundle("meter-3"));
    assertFalse(Files.exists(leftover), "half a secret is left");
  }

  /** After a power cut the disk may hold the later of two writes and not the earlier. */
  @Test
  void manifest_namesADeviceOnlyOnceItsCredentialIsOnTheDisk() throws Exception {
    FleetPlan plan =
        new FleetPlan(
            Endpoint.parse("mqtts://b"),
            null,
            1,
            KeyAlgorithm.EC_P256,
            "SCRAM-SHA-256",
            4096,
            true,
            List.of(),
            List.of(),
            List.of(),
            false);
    Path manifest = out().resolve("manifest.jsonl");
    Path credentials = out().resolve("scram-credentials.jsonl");
    try (FleetFolder fleet = FleetFolder.open(out(), plan)) {
      for (int i = 1; i <= 65; i++) {
        String name = "meter-" + i;
        fleet.add(
            new FleetEntry(
                name, "{\"name\":\"" + name + "\"}", name, "{\"user\":\"" + name + "\"}"));
        assertEquals(i, Files.readAllLines(credentials).size());
        assertEquals(i < 64 ? 0 : 64, Files.readAllLines(manifest).size(), name);
      }
    }
    assertEquals(65, Files.readAllLines(manifest).size());
    assertEquals("{\"name\":\"meter-65\"}", Files.readAllLines(manifest).get(64));
  }

  @Test
  void secondProcess_isRefused_whileOneIsAtWork() throws Exception {
    csv("name\nmeter-1\n");
    fleet(ExitCode.DONE, "mqtts://b");
    try (FileChannel channel = FileChannel.open(out().resolve(".lock"), StandardOpenOption.WRITE);
        var lock = channel.lock()) {
      Cli second = fleet(ExitCode.CREDENTIAL, "mqtts://b");
      assertTrue(second.err().contains("in use"), second::err);
    }
  }

  @Test
  void otherOptions_orAForeignBundle_areRefused() throws Exception {
    csv("name\nmeter-1\n");
    fleet(ExitCode.DONE, "mqtts://b");
    Cli other = fleet(ExitCode.CREDENTIAL, "mqtts://c");
    assertTrue(other.err().contains("broker mqtts://c:8883"), other::err);
    fleet(ExitCode.CREDENTIAL, "mqtts://b", "--outbox-key");
    csv("name\nmeter-1\nmeter-2\n");
    Files.copy(bundle("meter-1"), bundle("meter-2"));
    Cli foreign = fleet(ExitCode.CREDENTIAL, "mqtts://b");
    assertTrue(foreign.err().contains("line 3"), foreign::err);
  }

  @Test
  void authorityThatMayNotIssue_orEndsEarlier_isRefused_beforeAnythingIsMade() throws Exception {
    csv("name\nmeter-1\n");
    Cli late = fleet(ExitCode.CREDENTIAL, "mqtts://b", "--valid-days=30");
    assertTrue(late.err().contains("--valid-days 1 or less"), late::err);
    authority = root.client("no authority");
    fleet(ExitCode.CREDENTIAL, "mqtts://b", "--valid-days=1");
    assertFalse(Files.exists(out()));
  }

  @Test
  void nothingToProveItselfWith_isAUsageError() throws Exception {
    csv("name\nmeter-1\n");
    fleetOf(ExitCode.USAGE, "mqtts://b");
    fleetOf(ExitCode.USAGE, "mqtts://b", "--scram=password");
    fleetOf(ExitCode.USAGE, "mqtts://b", "--scram=scram-sha-256-plus");
    fleetOf(ExitCode.USAGE, "mqtts://b", "--scram=scram-sha-256", "--iterations=1");
    fleet(ExitCode.USAGE, "mqtts://b", "--key=dsa");
    fleet(ExitCode.USAGE, "mqtts://b", "--threads=0");
    assertFalse(Files.exists(out()));
  }

  private Cli fleet(ExitCode expected, String uri, String... more) throws Exception {
    Path cert = folder.resolve("ca-" + System.identityHashCode(authority) + ".pem");
    Path key = folder.resolve("ca-" + System.identityHashCode(authority) + ".key");
    if (!Files.exists(cert)) {
      authority.writeChain(cert);
      authority.writeKey(key);
    }
    List<String> all = new ArrayList<>(List.of("--ca-cert=" + cert, "--ca-key=" + key));
    if (Stream.of(more).noneMatch(option -> option.startsWith("--valid-days"))) {
      all.add("--valid-days=1");
    }
    all.addAll(List.of(more));
    return fleetOf(expected, uri, all.toArray(new String[0]));
  }

  private Cli fleetOf(ExitCode expected, String uri, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "fleet",
                "--csv=" + folder.resolve("fleet.csv"),
                "--out=" + out(),
                "--broker=" + uri));
    if (Stream.of(more).noneMatch(option -> option.startsWith("--pin="))) {
      all.addAll(List.of("--pin=" + PIN, "--pin=" + BACKUP));
    }
    all.addAll(List.of(more));
    return Cli.run(expected, all.toArray(new String[0]));
  }

  private void csv(String text) throws Exception {
    Path file = folder.resolve("fleet.csv");
    Files.deleteIfExists(file);
    Cli.secret(file, text);
  }

  private Path out() {
    return folder.resolve("out");
  }

  private Path bundle(String name) {
    return out().resolve("bundles").resolve(name + ".mooring");
  }

  private Pkcs12Identity keystore(String name) throws Exception {
    Path file = bundle(name);
    try (Bundle bundle = Bundle.decode(file, Files.readAllBytes(file));
        Secret password = bundle.storepass()) {
      return Pkcs12Identity.open(file, bundle.keystore(), password);
    }
  }

  private X509Certificate certificate(String name) throws Exception {
    try (Pkcs12Identity keystore = keystore(name)) {
      return keystore.identity().certificateChain().get(0);
    }
  }

  private X509Certificate certificateOrNull(String name) throws Exception {
    try (Pkcs12Identity keystore = keystore(name)) {
      return keystore.hasIdentity() ? certificate(name) : null;
    }
  }

  private static String member(String json, String name) {
    int from = json.indexOf("\"" + name + "\":\"") + name.length() + 4;
    return json.substring(from, json.indexOf('"', from));
  }

  private static Boolean[] box(boolean[] flags) {
    Boolean[] boxed = new Boolean[flags.length];
    for (int i = 0; i < flags.length; i++) {
      boxed[i] = flags[i];
    }
    return boxed;
  }

  private static String hex(byte[] bytes) {
    return Fingerprints.hex(bytes);
  }

  private static String mode(Path file) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
