package io.mooring.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.cli.DoctorFaults.Fault;
import io.mooring.cli.DoctorFaults.Made;
import io.mooring.testkit.RequiredTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code mooring doctor} against faults that were made for real: for each the code, the exit code,
 * evidence and remedy, in time, and no secret in what was printed, logged or traced.
 */
@Timeout(300)
class DoctorFaultsTest {
  private static final String BEGIN = "<!-- faults: what DoctorFaultsTest injects -->\n";
  private static final String END = "<!-- end of faults -->\n";

  /** What the doctor may take, silence of others included: those faults say a shorter timeout. */
  private static final long BOUND_MILLIS = Long.getLong("mooring.doctor.millis", 2_000);

  /** A machine that is busy with other things gets as many chances. */
  private static final int CHANCES = 3;

  @TempDir static Path folder;
  private static Bench bench;

  @BeforeAll
  static void start() throws Exception {
    RequiredTool.orSkip("mosquitto");
    RequiredTool.orSkip("softhsm2-util");
    bench = new Bench(folder);
    DoctorRun.of(Clock.systemUTC(), List.of("--broker=mqtts://localhost:" + Bench.freePort()));
  }

  @AfterAll
  static void stop() throws Exception {
    if (bench != null) {
      bench.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> fault_isNamedWithEvidenceAndRemedy() {
    return DoctorFaults.all().stream()
        .map(fault -> DynamicTest.dynamicTest(fault.name(), () -> diagnose(fault)));
  }

  private static void diagnose(Fault fault) throws Exception {
    long quickest = Long.MAX_VALUE;
    for (int chance = 1; chance <= CHANCES && quickest >= BOUND_MILLIS; chance++) {
      quickest = Math.min(quickest, diagnoseOnce(fault));
    }
    assertTrue(quickest < BOUND_MILLIS, "took " + quickest + " ms at best, " + CHANCES + " times");
  }

  /** Returns how long it took, in milliseconds. */
  private static long diagnoseOnce(Fault fault) throws Exception {
    Made made = fault.making().make(bench);
    try (AutoCloseable broker = made.broker()) {
      List<String> options = new ArrayList<>(made.options());
      options.add("--json");
      options.add("--verbose");
      DoctorRun run = DoctorRun.of(clock(fault), options);
      assertAll(
          () -> assertEquals(fault.exit().code(), run.exit(), run::toString),
          () -> assertEquals("fault", run.member("verdict"), run::toString),
          () -> assertEquals(fault.code().id(), run.member("code"), run::toString),
          () -> assertTrue(run.member("evidence").contains(fault.evidence()), run::toString),
          () -> assertFalse(run.member("cause").isBlank(), run::toString),
          () -> assertFalse(run.member("remedy").isBlank(), run::toString),
          () -> assertFalse(run.member("step").isBlank(), run::toString),
          () -> secretless(run));
      return Long.parseLong(run.member("elapsedMillis"));
    }
  }

  private static Clock clock(Fault fault) {
    return fault.name().equals(DoctorFaults.UNSET_CLOCK)
        ? Clock.fixed(Instant.EPOCH, ZoneOffset.UTC)
        : Clock.systemUTC();
  }

  private static void secretless(DoctorRun run) {
    for (String canary : Bench.CANARIES) {
      assertFalse(run.out().contains(canary), () -> canary + " in " + run);
      assertFalse(run.err().contains(canary), () -> canary + " in " + run);
    }
  }

  @Test
  void soundBroker_isWarnedOfButNotFaulted() throws Exception {
    List<String> options = new ArrayList<>(List.of("--broker=" + bench.hive.uri()));
    options.addAll(bench.trusting(bench.hive.identity()));
    options.addAll(bench.password("scram-sha-256", Bench.PASSWORD));
    options.add("--pin=" + bench.hive.identity().spkiPin());
    options.add("--topic=plant/7/" + Bench.USER + "/telemetry");
    options.add("--filter=plant/7/" + Bench.USER + "/command/+");
    options.add("--outbox=" + bench.outboxWithOneMessage());
    options.add("--warn-days=36500");
    options.add("--plaintext-port=" + bench.plaintextPort);
    DoctorRun run = DoctorRun.of(Clock.systemUTC(), options);
    assertEquals(ExitCode.DONE.code(), run.exit(), run::toString);
    for (String seen :
        List.of(
            "clock        ",
            "dns          localhost has 127.0.0.1 (IPv4)",
            "tls          certificate 1: ",
            "tls          TLSv1.3, TLS_AES_",
            "matches",
            "mqtt         connected as meter-0042, the broker proved itself by SCRAM-SHA-256",
            "Receive Maximum ",
            "PBKDF2 iterations",
            "publish      permitted to publish to plant/7/meter-0042/telemetry",
            "subscribe    permitted to subscribe to plant/7/meter-0042/command/+",
            "the subscription to '#' is refused",
            "the subscription to 'plant/7/mooring-doctor-other/#' is refused",
            "no credential over TLS: refused",
            "1 message waits",
            "verdict      warning")) {
      assertTrue(run.out().contains(seen), () -> seen + " is not in " + run);
    }
    assertTrue(
        run.warnings()
            .containsAll(
                List.of("MOOR-WARN-001", "MOOR-WARN-005", "MOOR-WARN-006", "MOOR-WARN-008")),
        run::toString);
    secretless(run);
  }

  @Test
  void openBroker_isWarnedOf() throws Exception {
    List<String> options = new ArrayList<>(List.of("--broker=" + bench.certificates.uri()));
    options.addAll(bench.trusting(bench.certificates.identity()));
    options.addAll(bench.certificate(bench.devices.client(Bench.USER)));
    options.add("--client-id=" + Bench.USER);
    options.add("--plaintext-port=" + bench.plaintextPort);
    options.add("--json");
    DoctorRun run = DoctorRun.of(Clock.systemUTC(), options);
    assertEquals(ExitCode.DONE.code(), run.exit(), run::toString);
    assertEquals("warning", run.member("verdict"), run::toString);
    assertEquals("", run.member("code").replaceFirst("MOOR-(WARN|AUDIT)-.*", ""), run::toString);
    assertTrue(
        run.warnings().containsAll(List.of("MOOR-WARN-001", "MOOR-WARN-003")), run::toString);
  }

  @Test
  void table_isThatOfThePage() throws IOException {
    Path page = Path.of("..", "docs", "ERRORS.md");
    String text = Files.readString(page);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    String table =
        DoctorFaults.all().stream()
            .map(DoctorFaultsTest::row)
            .collect(
                Collectors.joining(
                    "",
                    "| fault | broker | doctor's answer | exit code |\n|---|---|---|---|\n",
                    ""));
    if (Boolean.getBoolean("mooring.errors.write")) {
      Files.writeString(page, text.substring(0, begin) + table + text.substring(text.indexOf(END)));
      return;
    }
    assertEquals(
        table,
        text.substring(begin, text.indexOf(END)),
        "the table in docs/ERRORS.md is stale; run this test with -Dmooring.errors.write=true");
    assertTrue(DoctorFaults.all().size() >= 25);
  }

  private static String row(Fault fault) {
    return String.format(
        Locale.ROOT,
        "| %s | %s | `%s` %s | %d |%n",
        fault.name(),
        fault.broker(),
        fault.code(),
        ErrorCatalogue.load().of(fault.code()).title(),
        fault.exit().code());
  }
}
