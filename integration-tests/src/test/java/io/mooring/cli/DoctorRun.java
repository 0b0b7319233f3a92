package io.mooring.cli;

import io.mooring.testkit.Canaries;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One run of {@code mooring doctor} in this JVM, and what it said. */
record DoctorRun(int exit, String out, String err) {
  static DoctorRun of(Clock clock, List<String> arguments) {
    List<String> all = new ArrayList<>(List.of("doctor"));
    all.addAll(arguments);
    return ofCommand(clock, all);
  }

  /** The same of any command. */
  static DoctorRun ofCommand(Clock clock, List<String> all) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            InputStream.nullInputStream(),
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            question -> null);
    Shutdown shutdown = new Shutdown();
    int exit = Mooring.run(terminal, shutdown, clock, all.toArray(new String[0]));
    shutdown.finished(exit);
    DoctorRun run =
        new DoctorRun(
            exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    Canaries.hear("what the command printed", run.toString());
    return run;
  }

  /** The first member of that name, which is the doctor's own: warnings come behind. */
  String member(String name) {
    Matcher found =
        Pattern.compile("\"" + name + "\":(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([0-9]+))").matcher(out);
    return !found.find() ? "" : found.group(1) == null ? found.group(2) : found.group(1);
  }

  /** Codes of the warnings. */
  List<String> warnings() {
    List<String> codes = new ArrayList<>();
    Matcher found = Pattern.compile("MOOR-WARN-[0-9]+").matcher(out);
    while (found.find()) {
      codes.add(found.group());
    }
    return codes;
  }

  @Override
  public String toString() {
    return "exit " + exit + "\nout: " + out + "\nerr: " + err;
  }
}
