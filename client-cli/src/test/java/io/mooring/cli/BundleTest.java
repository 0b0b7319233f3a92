package io.mooring.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.testkit.MqttType;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class BundleTest {
  private final TestIdentity root = TestCertificates.ca("Devices").create();
  private final TestIdentity broker = root.server("localhost");

  @TempDir Path folder;

  @BeforeEach
  void makeKeystore() throws Exception {
    TestIdentity device = root.client("meter-0042");
    String[] store = store();
    Cli.run(ExitCode.DONE, "keystore", "init", store[0], store[1], "--make-storepass");
    Cli.run(
        ExitCode.DONE,
        "keystore",
        "put-cert",
        store[0],
        store[1],
        "--cert=" + device.writeChain(folder.resolve("cert.pem")),
        "--key=" + device.writeKey(folder.resolve("key.pem")));
    Cli.run(
        ExitCode.DONE,
        "keystore",
        "put-ca",
        store[0],
        store[1],
        "--ca=" + root.writeRoot(folder.resolve("ca.pem")));
    Cli.run(
        ExitCode.DONE,
        "pins",
        "add",
        store[0],
        store[1],
        "--pin=" + broker.spkiPin(),
        "--pin=" + root.spkiPin());
  }

  @Test
  void installedBundle_isAllThatAConnectionNeeds() throws Exception {
    try (var server =
        ScriptedBroker.builder()
            .identity(broker)
            .requireClientCertificate(root.root())
            .onConnection(Script.accepting())
            .start()) {
      Path bundle = make(ExitCode.DONE, server.uri());
      Path to = folder.resolve("etc");
      Cli install =
          Cli.run(ExitCode.DONE, "bundle", "install", "--bundle=" + bundle, "--to=" + to, "--json");
      assertTrue(install.out().contains("\"changed\":true"), install::out);
      assertEquals("rwx------", mode(to));
      try (Stream<Path> files = Files.list(to)) {
        List<Path> made = files.sorted().toList();
        assertEquals(
            List.of("connection", "device.p12", "storepass"),
            made.stream().map(file -> file.getFileName().toString()).toList());
        for (Path file : made) {
          assertEquals("rw-------", mode(file), file::toString);
        }
      }
      Cli.run(ExitCode.DONE, "pub", "--installed=" + to, "--topic=t", "--message=m");
      assertEquals(1, server.received(MqttType.PUBLISH).size());
      Cli.run(ExitCode.DONE, "pins", "check", "--installed=" + to);
      Cli.run(ExitCode.USAGE, "pins", "check", "--installed=" + to, store()[0]);
      Cli.run(ExitCode.DONE, "identity", "show", "--installed=" + to);
      Cli again =
          Cli.run(ExitCode.DONE, "bundle", "install", "--bundle=" + bundle, "--to=" + to, "--json");
      assertTrue(again.out().contains("\"changed\":false"), again::out);
    }
  }

  @Test
  void show_tellsWhatIsInside_andNoSecret() throws Exception {
    Path bundle = make(ExitCode.DONE, "mqtts://broker.example");
    assertEquals("rw-------", mode(bundle));
    String shown = Cli.run(ExitCode.DONE, "bundle", "show", "--bundle=" + bundle).out();
    assertTrue(shown.contains("name  meter-0042\n"), shown);
    assertTrue(shown.contains("broker  mqtts://broker.example:8883\n"), shown);
    assertTrue(shown.contains("certificate  CN=meter-0042\n"), shown);
    String json = Cli.run(ExitCode.DONE, "bundle", "show", "--bundle=" + bundle, "--json").out();
    assertEquals(1, json.lines().count());
    String storepass = Files.readString(folder.resolve("storepass")).strip();
    assertFalse((shown + json).contains(storepass));
  }

  @Test
  void make_again_isNoChange_butNothingElseIsOverwritten() throws Exception {
    Path bundle = make(ExitCode.DONE, "mqtts://broker.example");
    byte[] before = Files.readAllBytes(bundle);
    make(ExitCode.DONE, "mqtts://broker.example");
    make(ExitCode.CREDENTIAL, "mqtts://other.example");
    assertArrayEquals(before, Files.readAllBytes(bundle));
  }

  @Test
  void separateStorepass_isAskedForOnInstalling() throws Exception {
    Path bundle = make(ExitCode.DONE, "mqtts://broker.example", "--separate-storepass");
    assertFalse(Files.readString(bundle).contains("storepass"));
    Path to = folder.resolve("etc");
    String[] install = {"bundle", "install", "--bundle=" + bundle, "--to=" + to};
    Cli.run(ExitCode.USAGE, install);
    Cli.with().answering("wrong").go(ExitCode.CREDENTIAL, install);
    assertFalse(Files.exists(to));
    String storepass = Files.readString(folder.resolve("storepass")).strip();
    Cli.with().answering(storepass).go(ExitCode.DONE, install);
    Cli.run(ExitCode.DONE, "identity", "show", "--installed=" + to);
  }

  @Test
  void install_thatWasCutOff_isSaidSo_andFinishedByRunningItAgain() throws Exception {
    Path bundle = make(ExitCode.DONE, "mqtts://broker.example");
    Path to = folder.resolve("etc");
    String[] install = {"bundle", "install", "--bundle=" + bundle, "--to=" + to};
    Cli.run(ExitCode.DONE, install);
    for (String lost : List.of("device.p12", "connection", "storepass")) {
      Files.delete(to.resolve(lost));
      String half = "." + lost + ".5f1e0c7a-9b3d-4826-af10-cd7711e2b394.new";
      Path leftover = Files.writeString(to.resolve(half), "half a secret");
      Path foreign = Files.writeString(to.resolve(".editor.new"), "");
      if (!lost.equals("storepass")) {
        Cli cut = Cli.run(ExitCode.CREDENTIAL, "identity", "show", "--installed=" + to);
        assertEquals(1, cut.err().lines().count(), cut::err);
      }
      Cli.run(ExitCode.DONE, install);
      Cli.run(ExitCode.DONE, "identity", "show", "--installed=" + to);
      assertFalse(Files.exists(leftover), "half a secret is left");
      assertTrue(Files.exists(foreign), "a file that is not ours was removed");
    }
  }

  @Test
  void install_whereSomethingElseIs_overwritesNothing_andFollowsNoLink() throws Exception {
    Path bundle = make(ExitCode.DONE, "mqtts://broker.example");
    Path to = Files.createDirectory(folder.resolve("etc"));
    Files.writeString(to.resolve("storepass"), "somebody else's\n");
    Cli.run(ExitCode.CREDENTIAL, "bundle", "install", "--bundle=" + bundle, "--to=" + to);
    assertEquals("somebody else's\n", Files.readString(to.resolve("storepass")));
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), elsewhere);
    Cli.run(ExitCode.CREDENTIAL, "bundle", "install", "--bundle=" + bundle, "--to=" + link);
    Path inside = Files.createDirectory(folder.resolve("inside"));
    Path target = Files.writeString(folder.resolve("target"), "");
    Files.createSymbolicLink(inside.resolve("device.p12"), target);
    Cli.run(ExitCode.CREDENTIAL, "bundle", "install", "--bundle=" + bundle, "--to=" + inside);
    assertEquals("", Files.readString(target));
    try (Stream<Path> files = Files.list(elsewhere)) {
      assertEquals(0, files.count());
    }
  }

  @Test
  void everyCut_andForeignFile_isRefused_andInstallsNothing() throws Exception {
    String whole = Files.readString(make(ExitCode.DONE, "mqtts://broker.example"));
    Path to = folder.resolve("etc");
    List<String> broken =
        List.of(
            "",
            "PK\u0003\u0004",
            whole.substring(0, whole.length() / 2),
            whole.substring(0, whole.length() - 1),
            whole + "\n",
            whole.replace("meter-0042\nbroker", "../../meter\nbroker"),
            whole.replace("\n", "\r\n"));
    for (int i = 0; i < broken.size(); i++) {
      Path file = Files.writeString(folder.resolve("broken-" + i), broken.get(i));
      Cli.run(ExitCode.CREDENTIAL, "bundle", "install", "--bundle=" + file, "--to=" + to);
    }
    assertFalse(Files.exists(to));
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "../x", "a/b", ".hidden", "-option", "", "a b", "a\u0000b"})
  void nameThatIsNoFileName_isAUsageError(String name) {
    Cli.run(
        ExitCode.USAGE,
        "bundle",
        "make",
        store()[0],
        store()[1],
        "--broker=mqtts://h",
        "--name=" + name,
        "--out=" + folder.resolve("b"));
  }

  private Path make(ExitCode expected, String uri, String... more) {
    Path out = folder.resolve("meter-0042.mooring");
    String[] fixed = {
      "bundle",
      "make",
      store()[0],
      store()[1],
      "--broker=" + uri,
      "--name=meter-0042",
      "--out=" + out
    };
    Cli.run(expected, Stream.concat(Stream.of(fixed), Stream.of(more)).toArray(String[]::new));
    return out;
  }

  private String[] store() {
    return new String[] {
      "--keystore=" + folder.resolve("device.p12"),
      "--storepass-file=" + folder.resolve("storepass")
    };
  }

  private static String mode(Path file) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
