package io.mooring.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A program of somebody else's builds against the libraries, without warnings and with nothing but
 * what they name as their own dependencies, and starts: as a module and on the class path.
 */
class ConsumerTest {
  private static final String PROGRAM =
      """
      package consumer;

      import io.mooring.*;
      import io.mooring.auth.PasswordAuthentication;
      import io.mooring.enrol.EstEndpoint;
      import io.mooring.identity.Secret;
      import io.mooring.keystore.Pkcs12Identity;
      import io.mooring.scram.*;
      import io.mooring.tls.TlsPolicy;

      public final class Main {
        public static void main(String[] arguments) {
          Scram scram = Scram.sha256(ScramCredential.password("u", Secret.of("p".toCharArray())));
          try (SecureMqttClient client =
              SecureMqttClient.builder()
                  .broker("mqtts://broker.example")
                  .tls(TlsPolicy.systemRoots())
                  .authenticate(arguments.length == 0 ? scram : PasswordAuthentication.of("u", Secret.of("p".toCharArray())))
                  .build()) {
            System.out.println(client.state().getClass().getSimpleName());
            System.out.println(EstEndpoint.parse("https://est.example/.well-known/est") != null);
            System.out.println(Pkcs12Identity.class.getModule().isNamed());
          }
        }
      }
      """;

  private static final String MODULE =
      """
      module consumer {
        requires io.mooring.core;
        requires io.mooring.scram;
        requires io.mooring.keystore;
        requires io.mooring.enrol;
      }
      """;

  @TempDir Path folder;

  @Test
  void onTheModulePath_aProgramBuildsAndStarts() throws Exception {
    compile("--module-path", List.of(write("module-info.java", MODULE)));

    String out =
        run(
            List.of(
                "--module-path",
                path() + ":" + folder.resolve("out"),
                "-m",
                "consumer/consumer.Main"));

    assertEquals("Disconnected\ntrue\ntrue\n", out);
  }

  @Test
  void onTheClassPath_aProgramBuildsAndStarts() throws Exception {
    compile("--class-path", List.of());

    String out = run(List.of("-cp", path() + ":" + folder.resolve("out"), "consumer.Main"));

    assertEquals("Disconnected\ntrue\nfalse\n", out);
  }

  private void compile(String pathOption, List<Path> more) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--release",
                "17",
                "-Xlint:all,-requires-automatic,-requires-transitive-automatic"));
    arguments.addAll(
        List.of("-Werror", "-d", folder.resolve("out").toString(), pathOption, path()));
    arguments.add(write("Main.java", PROGRAM).toString());
    more.forEach(file -> arguments.add(file.toString()));
    StringWriter said = new StringWriter();
    var out = new java.io.PrintWriter(said);

    int code =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(out, out, arguments.toArray(String[]::new));

    assertEquals(0, code, said::toString);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static String path() {
    return Libraries.all().stream().map(Path::toString).collect(Collectors.joining(":"));
  }

  private String run(List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(arguments);
    Path err = folder.resolve("err");
    Process program = new ProcessBuilder(command).redirectError(err.toFile()).start();
    String out =
        new String(
            program.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertTrue(program.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, program.exitValue(), () -> out + errors(err));
    return out;
  }

  private static String errors(Path err) {
    try {
      return Files.readString(err);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
