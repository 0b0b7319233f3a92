package io.mooring.cli;

import io.mooring.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/** What a run of the doctor has seen so far, in order; holds no secret. */
final class Findings {
  /** One fact. */
  record Seen(String step, String text) {}

  /** Something that works, and should not stay as it is. */
  record Warning(ErrorCode code, String evidence) {}

  private final List<Seen> seen = new ArrayList<>();
  private final List<Warning> warnings = new ArrayList<>();
  private String step = "options";

  /** Begins a step; what is seen from now on belongs to it. */
  void enter(String name) {
    step = name;
  }

  /** The step that was begun last. */
  String step() {
    return step;
  }

  void saw(String text) {
    seen.add(new Seen(step, text));
  }

  void warn(ErrorCode code, String evidence) {
    warnings.add(new Warning(code, evidence));
  }

  List<Seen> seen() {
    return List.copyOf(seen);
  }

  List<Warning> warnings() {
    return List.copyOf(warnings);
  }
}
