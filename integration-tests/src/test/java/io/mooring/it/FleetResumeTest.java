package io.mooring.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A thousand bundles, made by processes that are killed on the way. */
@Timeout(900)
class FleetResumeTest {
  private static final int DEVICES = 1_000;
  private static final Pattern MEMBER =
      Pattern.compile("\"(name|serial|sha256|user)\":\"([^\"]*)\"");

  /** The password of a bundle is random, so that fewer rounds cost no safety; see the page. */
  private static final List<String> FEW_ROUNDS =
      List.of(
          "-Dkeystore.pkcs12.keyPbeIterationCount=1000",
          "-Dkeystore.pkcs12.certPbeIterationCount=1000",
          "-Dkeystore.pkcs12.macIterationCount=1000");

  @TempDir Path folder;

  @Test
  void thousandDevices_killedThreeTimes_areEachMadeOnce() throws Exception {
    TestIdentity authority = TestCertificates.ca("Devices").create();
    authority.writeRoot(folder.resolve("ca.pem"));
    authority.writeKey(folder.resolve("ca.key"));
    Files.writeString(
        folder.resolve("fleet.csv"),
        IntStream.rangeClosed(1, DEVICES)
            .mapToObj(i -> "meter-" + i)
            .collect(Collectors.joining("\n", "name\n", "\n")));
    Path manifest = folder.resolve("out/manifest.jsonl");
    Instant begin = Instant.now();
    for (int killAt : List.of(100, 300, 650)) {
      Process process = fleet();
      try {
        Awaitility.await()
            .atMost(Duration.ofMinutes(5))
            .pollInterval(Duration.ofMillis(20))
            .until(() -> lines(manifest) >= killAt || !process.isAlive());
        assertTrue(process.isAlive(), "the fleet was finished, or failed, before it was killed");
      } finally {
        process.destroyForcibly().waitFor();
      }
    }
    Process last = fleet();
    try {
      assertTrue(last.waitFor(10, TimeUnit.MINUTES));
    } finally {
      last.destroyForcibly();
    }
    String said = Files.readString(folder.resolve("stderr"));
    assertEquals(0, last.exitValue(), said);
    Duration taken = Duration.between(begin, Instant.now());
    System.out.println(DEVICES + " bundles, killed three times, in " + taken.toSeconds() + " s");

    assertTrue(said.contains("devices are in the manifest already"), said);
    assertTrue(said.contains("bundles, "), said);
    assertEachDeviceOnce(manifest);
    assertEquals(
        0, leftOvers(), "temporary files are in the folder of bundles under a bundle's name");
  }

  private void assertEachDeviceOnce(Path manifest) throws Exception {
    Set<String> names = new HashSet<>();
    Set<String> serials = new HashSet<>();
    for (String line : Files.readAllLines(manifest)) {
      Map<String, String> device = members(line);
      String name = device.get("name");
      assertTrue(names.add(name), name);
      assertTrue(serials.add(device.get("serial")), line);
      byte[] bundle = Files.readAllBytes(folder.resolve("out/bundles/" + name + ".mooring"));
      assertEquals(sha256(bundle), device.get("sha256"), name);
    }
    assertEquals(DEVICES, names.size());
    Set<String> users = new HashSet<>();
    for (String line : Files.readAllLines(folder.resolve("out/scram-credentials.jsonl"))) {
      assertTrue(users.add(members(line).get("user")), line);
    }
    assertEquals(names, users);
  }

  private long leftOvers() throws Exception {
    try (Stream<Path> bundles = Files.list(folder.resolve("out/bundles"))) {
      return bundles.filter(file -> file.toString().endsWith(".mooring")).count() - DEVICES;
    }
  }

  private Process fleet() throws Exception {
    List<String> command = new ArrayList<>(Shell.java(FEW_ROUNDS));
    command.addAll(
        List.of(
            "io.mooring.cli.Mooring",
            "fleet",
            "--csv=fleet.csv",
            "--out=out",
            "--broker=mqtts://broker.example",
            "--ca=ca.pem",
            "--pin=sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            "--pin=sha256/ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=",
            "--ca-cert=ca.pem",
            "--ca-key=ca.key",
            "--valid-days=1",
            "--scram=scram-sha-256",
            "--outbox-key"));
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(folder.resolve("stderr").toFile())
        .start();
  }

  private static Map<String, String> members(String line) {
    Map<String, String> members = new HashMap<>();
    MEMBER.matcher(line).results().forEach(found -> members.put(found.group(1), found.group(2)));
    return members;
  }

  private static long lines(Path file) throws Exception {
    if (!Files.exists(file)) {
      return 0;
    }
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
        .chars()
        .filter(c -> c == '\n')
        .count();
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
