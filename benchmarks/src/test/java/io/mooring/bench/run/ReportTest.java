package io.mooring.bench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportTest {
  private static Results results() {
    Results results = new Results();
    for (int run = 0; run < 3; run++) {
      results.add("publish-q1-64-w100", "mooring", "cpu", "us/msg", 3 + run);
      results.add("publish-q1-64-w100", "aws-crt", "cpu", "us/msg", 8);
      results.add("publish-q1-16384-w100", "mooring", "cpu", "us/msg", 20.32);
      results.add("connections-100", "mooring", "time", "s", 1.0);
      results.add("connections-1000", "mooring", "time", "s", 2.8);
      results.add("connections-1000", "mooring", "heap", "KiB each", 7.5);
    }
    return results;
  }

  private static String report(List<String> failures) {
    return Report.of(
        results().figures(),
        Instant.parse("2026-11-21T08:09:10.123Z"),
        Map.of("CPU", "a fast one"),
        failures,
        List.of("publish.png"));
  }

  @Test
  void page_hasDateMachinePlotsAndNoise() {
    String page = report(List.of());
    assertTrue(page.contains("| Date | 2026-11-21T08:09:10Z |"));
    assertTrue(page.contains("| CPU | a fast one |"));
    assertTrue(page.contains("![publish.png](publish.png)"));
    assertTrue(
        page.contains("| publish-q1-64-w100 | 4.00 [3.00-5.00] | 8.00 [8.00-8.00] (0.50x) |"));
    assertFalse(page.contains("What failed"));
  }

  @Test
  void page_saysWhatFailed_onOneLineEach() {
    assertTrue(report(List.of("storm-600, hivemq: a\nb")).contains("\n- storm-600, hivemq: a b\n"));
  }

  @Test
  void page_saysWhichTargetsAreMet() {
    String page = report(List.of());
    assertTrue(
        page.contains(
            "| publish-q1-64-w100 cpu | at most 0.65x aws-crt | 0.50x (4.00 to 8.00) | met |"));
    assertTrue(page.contains("| 1,000 connections, s | at most 2.5 | 2.80 | MISSED |"));
    assertTrue(page.contains("| smallest -Xmx, MB | at most 4 | not measured | - |"));
  }

  @Test
  void page_saysHowFiguresGrow() {
    String page = report(List.of());
    // (20.32 - 4) us over 16,320 bytes.
    assertTrue(page.contains("## Growth with message size: CPU"));
    assertTrue(page.contains("| publish-q1-64-w100 | 1.00 |  |"));
    assertTrue(page.contains("| heap, KiB: each of 1000 | 7.50 |  |"));
    // 1.8 s over 900 connections.
    assertTrue(page.contains("| ms for each connection more, between 100 and 1000 | 2.00 |  |"));
  }

  @Test
  void table_hasAColumnForEachClient_andTheRatioBehindThePeers() {
    String table = Table.of(results().figures(), "publish-q1-64-w100");
    assertTrue(table.startsWith("publish-q1-64-w100 "));
    assertTrue(table.contains("mooring") && table.contains("aws-crt"));
    assertTrue(table.contains("8.00 (0.50x)"), table);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0.1234, 0.123",
    "1.234, 1.23",
    "12.34, 12.3",
    "123.4, 123",
    "-1234.4, '-1,234'"
  })
  void number_hasThreeDigitsThatCount(double value, String expected) {
    assertEquals(expected, Table.number(value));
  }

  @Test
  void plots_areDrawnOfWhatThereIs_andOldOnesGo(@TempDir Path folder) throws IOException {
    Path old = Files.writeString(folder.resolve("receive.png"), "of another run");
    assertEquals(
        List.of("publish.png", "latency.png", "growth.png"),
        Plots.write(results().figures(), folder));
    assertFalse(Files.exists(old));
    assertTrue(Files.size(folder.resolve("growth.png")) > 1000);
  }
}
