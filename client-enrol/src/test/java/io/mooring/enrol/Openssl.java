package io.mooring.enrol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.testkit.RequiredTool;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the tool that others check requests and certificates with. */
final class Openssl {
  private Openssl() {}

  /** Runs openssl in a folder and returns what it said; a test ends if openssl is missing. */
  static String run(Path folder, String... arguments) throws Exception {
    return runProgram(folder, RequiredTool.orSkip("openssl"), arguments);
  }

  private static String runProgram(Path folder, Path program, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor(30, TimeUnit.SECONDS);
      assertEquals(0, process.exitValue(), () -> command + ": " + output);
      return output;
    } finally {
      process.destroyForcibly();
    }
  }
}
