package io.mooring.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {
  private static final String PIN = "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "pub",
        "pub --broker mqtts://h --topic t",
        "pub --topic t --message m",
        "pub --broker mqtts://h --message m",
        "pub --broker mqtts://h --topic t --message m --file f",
        "pub --broker mqtts://h --topic t --message m --stdin-lines",
        "pub --broker mqtts://h --topic a/# --message m",
        "pub --broker mqtts://h --topic t --message m --qos 3",
        "pub --broker mqtts://h --topic t --message m --timeout 0",
        "pub --broker mqtts://h --topic t --message m --timeout soon",
        "pub --broker mqtts://h --topic t --message m --auth kerberos",
        "pub --broker mqtts://h --topic t --message m --auth password",
        "pub --broker mqtts://h --topic t --message m --auth certificate",
        "pub --broker mqtts://h --topic t --message m --auth scram-sha-256",
        "pub --broker mqtts://h --topic t --message m --auth scram-sha-256 --user u",
        "pub --broker mqtts://h --topic t --message m --user u",
        "pub --broker mqtts://h --topic t --message m --cert c",
        "pub --broker mqtts://h --topic t --message m --key k",
        "pub --broker mqtts://h --topic t --message m --storepass-file s",
        "pub --broker mqtts://h --topic t --message m --pin sha256/short",
        "pub --broker mqtts://h --topic t --message m --pin-only",
        "pub --broker mqtts://h --topic t --message m --pin-only --ca f --pin " + PIN,
        "pub --broker mqtts://h --topic t --message m --message-expiry 0",
        "pub --broker mqtts://h --topic t --message m --user-property novalue",
        "pub --broker mqtts://h --topic t --stdin-lines --auth password --user u --password-file -",
        "pub --broker mqtts://h --topic t --file /does/not/exist",
        "sub --broker mqtts://h",
        "sub --broker mqtts://h --topic a/#/b",
        "sub --broker mqtts://h --topic #",
        "sub --broker mqtts://h --topic +/#",
        "sub --broker mqtts://h --topic $share/g/#",
        "sub --broker mqtts://h --topic t --audit-period 5",
        "sub --broker mqtts://h --topic t --audit-sockets --audit-period 0.5",
        "doctor --broker mqtts://h --audit-sockets --audit-period 5",
        "sub --broker mqtts://h --topic t --count 0",
        "sub --broker mqtts://h --topic t --max-packet-size 127",
        "sub --broker mqtts://h --topic t --format xml",
        "pin",
        "pin --cert f --from h:1",
        "pin --from mqtt://h:1883",
        "keystore",
        "keystore init",
        "keystore remove --keystore f --storepass-file s",
        "keystore put-scram --keystore f --mechanism password --user u --broker mqtts://h",
        "keystore put-scram --keystore f --mechanism scram-sha-256 --user u",
        "keystore put-scram --keystore f --mechanism scram-sha-256 --user u --salt AA==",
      })
  void mistakes_areUsageErrors_andPrintNothingOnStdout(String line) {
    Cli run = Cli.run(ExitCode.USAGE, line.isEmpty() ? new String[0] : line.split(" "));
    assertEquals("", run.out());
    assertTrue(run.err().lines().allMatch(text -> text.startsWith("mooring: ")), run::err);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " --auth password --user u --password-file p",
        " --auth certificate --cert c --key k",
        " --auth scram-sha-256 --user u --password-file p"
      })
  void channelBinding_withoutAPlusMethod_isAUsageError(String auth) {
    String line = "sub --broker mqtts://h --topic t --channel-binding tls-exporter" + auth;
    Cli run = Cli.run(ExitCode.USAGE, line.split(" "));
    assertTrue(run.err().contains("--channel-binding is for the -plus methods"), run::err);
  }

  @Test
  void plusMechanism_withoutALogin_isAUsageError() {
    String line =
        "keystore put-scram --keystore f --storepass-file s --mechanism scram-sha-256-plus --user u"
            + " --password-file p --salt AAAAAAAAAAAAAAAAAAAAAA== --iterations 4096";
    Cli run = Cli.run(ExitCode.USAGE, line.split(" "));
    assertTrue(run.err().contains("leave -plus out"), run::err);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--"})
  void openPasswordFile_isWarnedOf(String mode) throws Exception {
    Path file = Cli.secret(folder.resolve("password"), "pencil\n");
    Path storepass = Cli.secret(folder.resolve("storepass"), "store\n");
    String line =
        "keystore put-scram --keystore "
            + folder.resolve("k")
            + " --mechanism scram-sha-256 --user u --salt AAAAAAAAAAAAAAAAAAAAAA== --iterations 4096"
            + " --storepass-file "
            + storepass
            + " --password-file "
            + file;
    Cli.run(
        ExitCode.DONE,
        "keystore",
        "init",
        "--keystore=" + folder.resolve("k"),
        "--storepass-file=" + storepass);
    assertFalse(Cli.run(ExitCode.DONE, line.split(" ")).err().contains("warning"));
    for (Path open : List.of(file, storepass)) {
      Files.setPosixFilePermissions(open, PosixFilePermissions.fromString(mode));
      Cli run = Cli.run(ExitCode.DONE, line.split(" "));
      String expected =
          open + " can be read by group or others (mode " + mode + "). Run: chmod 600 " + open;
      assertTrue(run.err().contains(expected), run::err);
      assertFalse(run.err().contains("pencil"), run::err);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mqtt", "tcp", "ws"})
  void plaintextScheme_isRefusedByName(String scheme) {
    Cli run =
        Cli.run(
            ExitCode.USAGE, "pub", "--broker", scheme + "://h", "--topic", "t", "--message", "m");
    assertTrue(run.err().contains(scheme + ":// is plaintext"), run::err);
  }

  @Test
  void valueOfAnUnknownOption_isNotRepeated() {
    Cli run =
        Cli.run(ExitCode.USAGE, "pin", "--cert=f", "--password", "hunter2", "--secret=hunter3");
    assertTrue(run.err().contains("--password"), run::err);
    assertFalse(run.err().contains("hunter"), run::err);
  }

  @Test
  void help_isOnStdout_forEachCommand() {
    for (String command :
        List.of(
            "pub",
            "sub",
            "pin",
            "keystore",
            "keystore init",
            "keystore show",
            "keystore put-scram",
            "keystore put-cert",
            "keystore put-pin",
            "keystore put-ca",
            "keystore remove")) {
      Cli run = Cli.run(ExitCode.DONE, (command + " --help").split(" "));
      assertTrue(run.out().startsWith("Usage: mooring " + command), run::out);
      assertEquals("", run.err());
    }
    assertTrue(Cli.run(ExitCode.DONE, "pub", "--help").out().contains("Exit codes:"));
  }

  @Test
  void version_isThatOfTheBuild() {
    assertTrue(Cli.run(ExitCode.DONE, "--version").out().matches("(?s)mooring \\d+\\.\\d+.*"));
    assertTrue(Cli.run(ExitCode.DONE, "sub", "--version").out().startsWith("mooring "));
  }

  @Test
  void missingPasswordFile_isACredentialError() {
    Path missing = folder.resolve("missing");
    Cli run =
        Cli.run(
            ExitCode.CREDENTIAL,
            ("pub --broker mqtts://h --topic t --message m --auth password --user u"
                    + " --password-file "
                    + missing)
                .split(" "));
    assertTrue(run.err().contains(missing.toString()), run::err);
  }

  @Test
  void controlCharacters_neverReachTheTerminal() {
    assertEquals("a\\u001b[31m\\u000ab", Terminal.printable("a\u001b[31m\nb"));
  }
}
