package io.mooring.bench.run;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How the JVM of a client is started.
 *
 * @param program java itself, or an image's launcher
 * @param classPath what follows {@code -cp}; for a launcher, what it adds to its own
 * @param flags of the JVM
 * @param environment added to ours
 */
record Launch(
    String program, String classPath, List<String> flags, Map<String, String> environment) {
  Launch {
    flags = List.copyOf(flags);
    environment = Map.copyOf(environment);
  }

  /** The same with further flags, which overrule those before. */
  Launch with(String... more) {
    List<String> all = new ArrayList<>(flags);
    all.addAll(List.of(more));
    return new Launch(program, classPath, all, environment);
  }

  /** A process that appends what it says on standard error to a file. */
  ProcessBuilder process(File log, Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(program);
    command.add("-cp");
    command.add(classPath);
    command.addAll(flags);
    command.add(main.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log));
    builder.environment().putAll(environment);
    return builder;
  }
}
