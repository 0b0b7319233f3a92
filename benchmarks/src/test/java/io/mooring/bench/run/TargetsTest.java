package io.mooring.bench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.bench.run.Target.Outcome;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetsTest {
  private static Figures rates(double ours, double theirs) {
    Results results = new Results();
    results.add("publish-q1-64-w100", "mooring", "rate", "msg/s", ours);
    results.add("publish-q1-64-w100", "aws-crt", "rate", "msg/s", theirs);
    return results.figures();
  }

  @ParameterizedTest
  @CsvSource({"139, MISSED", "140, MET", "200, MET"})
  void atLeastTimes_isARatioToThePeer(double ours, Outcome outcome) {
    Target target = Target.atLeastTimes("publish-q1-64-w100", "rate", 1.4, "aws-crt");
    assertEquals(outcome, target.judge(rates(ours, 100)).outcome());
    assertEquals("at least 1.4x aws-crt", target.bound());
  }

  @ParameterizedTest
  @CsvSource({"64, MET", "65, MET", "66, MISSED"})
  void atMostTimes_isTheOtherWayRound(double ours, Outcome outcome) {
    Target target = Target.atMostTimes("publish-q1-64-w100", "rate", 0.65, "aws-crt");
    assertEquals(outcome, target.judge(rates(ours, 100)).outcome());
  }

  @Test
  void absoluteBound_needsNoPeer() {
    Target target = Target.atMost("smallest", "publish-q1-64-w100", "rate", 4);
    assertEquals(Outcome.MET, target.judge(rates(4, 1)).outcome());
    assertEquals(Outcome.MISSED, target.judge(rates(5, 1)).outcome());
    assertEquals("at most 4", target.bound());
  }

  @Test
  void worst_judgesTheLargestOfAllRuns() {
    Results results = new Results();
    for (double lost : new double[] {0, 0, 0.5}) {
      results.add("receive-q0-64", "mooring", "lost", "%", lost);
    }
    Target target = Target.atMost("lost", "receive-q0-64", Target.WORST + "lost", 0);
    assertEquals(Outcome.MISSED, target.judge(results.figures()).outcome());
  }

  @Test
  void whatWasNotMeasured_isNeitherMetNorMissed() {
    for (Target.Verdict verdict : Targets.judge(new Figures(Map.of()))) {
      assertEquals(Outcome.NOT_MEASURED, verdict.outcome());
    }
    Target target = Target.atLeastTimes("publish-q1-64-w100", "rate", 1.4, "aws-crt");
    assertEquals(Outcome.NOT_MEASURED, target.judge(rates(1, 0)).outcome());
  }

  /** Fourteen lines of what was set; some have more than one figure. */
  @Test
  void all_coverEveryRowThatWasSet() {
    for (String row :
        new String[] {
          "publish-q1-64-w100",
          "publish-q1-1024-w100",
          "publish-q0-64",
          "publish-q2-64-w100",
          "receive-q0-64",
          "receive-q0-1024",
          "receive-q1-64",
          "receive-q1-1024",
          "roundtrip-100",
          "connect-cert",
          "connect-scram-keys",
          "cold-tuned",
          "idle-tuned",
          "idle-default",
          "connections-1000",
          "storm-600",
          "xmx-tuned",
          "image-arm64",
          "outbox-on"
        }) {
      assertTrue(Targets.all().stream().anyMatch(target -> target.row().equals(row)), row);
    }
  }
}
