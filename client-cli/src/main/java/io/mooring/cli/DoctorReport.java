package io.mooring.cli;

import io.mooring.error.MooringException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The doctor's answer: for people line by line, for fleets as one object. */
final class DoctorReport {
  private final ErrorCatalogue catalogue = ErrorCatalogue.load();
  private final Findings findings;
  private final @Nullable MooringException fault;
  private final long elapsedMillis;

  DoctorReport(Findings findings, @Nullable MooringException fault, long elapsedMillis) {
    this.findings = findings;
    this.fault = fault;
    this.elapsedMillis = elapsedMillis;
  }

  private String verdict() {
    return fault != null ? "fault" : findings.warnings().isEmpty() ? "ok" : "warning";
  }

  /**
   * Members that are of no use are left out: code, cause, evidence and remedy where all is well.
   */
  Json json() {
    Json object = Json.object().put("verdict", verdict()).put("step", findings.step());
    MooringException known = fault;
    if (known != null) {
      ErrorCatalogue.Entry entry = catalogue.of(known.code());
      object
          .put("code", known.code().id())
          .put("cause", entry.title())
          .put("evidence", String.valueOf(known.getMessage()))
          .put("remedy", entry.fix());
    }
    return object
        .put("warnings", findings.warnings().stream().map(this::json).toList())
        .put("seen", findings.seen().stream().map(DoctorReport::json).toList())
        .put("elapsedMillis", elapsedMillis);
  }

  private Json json(Findings.Warning warning) {
    ErrorCatalogue.Entry entry = catalogue.of(warning.code());
    return Json.object()
        .put("code", warning.code().id())
        .put("cause", entry.title())
        .put("evidence", warning.evidence())
        .put("remedy", entry.fix());
  }

  private static Json json(Findings.Seen seen) {
    return Json.object().put("step", seen.step()).put("text", seen.text());
  }

  void print(Terminal terminal) {
    for (Findings.Seen seen : findings.seen()) {
      terminal.result(padded(seen.step()) + seen.text());
    }
    for (Findings.Warning warning : findings.warnings()) {
      ErrorCatalogue.Entry entry = catalogue.of(warning.code());
      printAll(terminal, "warning", warning.code() + "  " + entry.title());
      printAll(terminal, "", warning.evidence(), "fix: " + entry.fix());
    }
    MooringException known = fault;
    if (known != null) {
      ErrorCatalogue.Entry entry = catalogue.of(known.code());
      printAll(
          terminal, "FAULT", "in " + findings.step() + ": " + known.code() + "  " + entry.title());
      printAll(
          terminal,
          "",
          String.valueOf(known.getMessage()),
          "check: " + entry.check(),
          "fix: " + entry.fix());
    }
    terminal.result(padded("verdict") + inWords() + ", after " + elapsedMillis + " ms");
  }

  private String inWords() {
    int warnings = findings.warnings().size();
    return verdict()
        + (fault != null ? " in " + findings.step() : "")
        + (warnings == 0 ? "" : ", " + warnings + (warnings == 1 ? " warning" : " warnings"));
  }

  private static void printAll(Terminal terminal, String first, String... lines) {
    String margin = first;
    for (String line : List.of(lines)) {
      terminal.result(padded(margin) + line);
      margin = "";
    }
  }

  private static String padded(String name) {
    return String.format(java.util.Locale.ROOT, "%-13s", name);
  }
}
