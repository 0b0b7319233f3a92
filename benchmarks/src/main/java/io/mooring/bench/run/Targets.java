package io.mooring.bench.run;

import java.util.ArrayList;
import java.util.List;

/** What Mooring has to reach, as its makers have set it. */
final class Targets {
  private static final String AWS = "aws-crt";
  private static final String HIVEMQ = "hivemq";

  private Targets() {}

  static List<Target> all() {
    List<Target> all = new ArrayList<>();
    for (int size : new int[] {64, 1024}) {
      all.add(Target.atLeastTimes("publish-q1-" + size + "-w100", "rate", 1.4, AWS));
      all.add(Target.atMostTimes("publish-q1-" + size + "-w100", "cpu", 0.65, AWS));
    }
    all.add(Target.atLeastTimes("publish-q0-64", "rate", 3, AWS));
    all.add(Target.atMost("publish-q0-64 cpu, us", "publish-q0-64", "cpu", 2));
    all.add(Target.atLeastTimes("publish-q2-64-w100", "rate", 1.2, HIVEMQ));
    all.add(Target.atMostTimes("publish-q2-64-w100", "cpu", 0.7, HIVEMQ));
    for (String row :
        List.of("receive-q0-64", "receive-q0-1024", "receive-q1-64", "receive-q1-1024")) {
      all.add(Target.atLeastTimes(row, "rate", 2, AWS));
      all.add(Target.atMost(row + " lost in the worst run, %", row, Target.WORST + "lost", 0));
    }
    all.add(Target.atMostTimes("roundtrip-100", "p50", 1, AWS));
    all.add(Target.atMostTimes("roundtrip-100", "p99", 2, AWS));
    all.add(Target.atMostTimes("connect-cert", "p50", 1.4, AWS));
    all.add(Target.atMostTimes("connect-cert", "p50", 0.35, HIVEMQ));
    all.add(
        new Target(
            "connect with SCRAM by stored keys, p50",
            "connect-scram-keys",
            "p50",
            false,
            1.3,
            "connect-scram-none",
            Table.OURS));
    all.add(Target.atMostTimes("cold-tuned", "wall", 1.1, AWS));
    all.add(Target.atMostTimes("cold-tuned", "cpu", 1.25, AWS));
    all.add(Target.atMostTimes("cold-tuned", "cpu", 0.5, HIVEMQ));
    all.add(Target.atMost("idle-tuned RSS, MB", "idle-tuned", "rss", 50));
    all.add(Target.atMost("idle-default RSS, MB", "idle-default", "rss", 60));
    String thousand = "connections-1000";
    all.add(Target.atMost("1,000 connections, our threads", thousand, "loop+worker", 2));
    all.add(Target.atMost("1,000 connections, heap KiB each", thousand, "heap", 8));
    all.add(Target.atMost("1,000 connections, RSS KiB each", thousand, "rss", 40));
    all.add(Target.atMost("1,000 connections, s", thousand, "time", 2.5));
    all.add(Target.atMost("online while 600 connect, p50 ms", "storm-600", "p50", 2));
    all.add(Target.atMost("smallest -Xmx, MB", "xmx-tuned", "xmx", 4));
    all.add(Target.atMost("image for arm64, MB", "image-arm64", "size", 20));
    all.add(Target.atLeast("outbox on, many callers, msg/s", "outbox-on", "rate", 10_000));
    return all;
  }

  static List<Target.Verdict> judge(Figures figures) {
    return all().stream().map(target -> target.judge(figures)).toList();
  }

  /** The verdicts as text in columns. */
  static String text(Figures figures) {
    StringBuilder text = new StringBuilder();
    for (Target.Verdict verdict : judge(figures)) {
      text.append(
          String.format(
              "%-42s %-28s %-34s %s%n",
              verdict.target().what(),
              verdict.target().bound(),
              verdict.value(),
              verdict.outcome()));
    }
    return text.toString();
  }
}
