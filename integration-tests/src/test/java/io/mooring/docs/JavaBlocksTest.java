package io.mooring.docs;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/**
 * Every block of Java in the documents compiles. A block is the body of a method in a class that
 * has the fields of {@link BlockContext}, or, if it declares a type of its own first, a whole file.
 */
class JavaBlocksTest {
  private static final Pattern WHOLE_FILE =
      Pattern.compile("\\A(import |package |(public )?(final )?(class|record|interface|enum) )");

  private static final String IMPORTS =
      Stream.of(
              "io.mooring",
              "io.mooring.audit",
              "io.mooring.auth",
              "io.mooring.enrol",
              "io.mooring.enrol.rotation",
              "io.mooring.error",
              "io.mooring.identity",
              "io.mooring.keystore",
              "io.mooring.micrometer",
              "io.mooring.outbox",
              "io.mooring.policy",
              "io.mooring.scram",
              "io.mooring.telemetry",
              "io.mooring.tls",
              "java.nio.charset",
              "java.nio.file",
              "java.time",
              "java.util",
              "java.util.concurrent")
          .map(name -> "import " + name + ".*; ")
          .collect(Collectors.joining());

  @Test
  void everyBlockOfJava_compiles() throws IOException {
    Map<URI, Page.Block> blocks = new LinkedHashMap<>();
    List<JavaFileObject> units = new ArrayList<>();
    for (Page page : Page.all()) {
      for (Page.Block block : page.blocks("java")) {
        Unit unit = Unit.of(block, units.size());
        units.add(unit);
        blocks.put(unit.toUri(), block);
      }
    }
    assertTrue(units.size() > 10, () -> "only " + units.size() + " blocks were found");

    List<String> faults = compile(units, blocks);

    assertTrue(faults.isEmpty(), () -> String.join("\n", faults));
  }

  private static List<String> compile(List<JavaFileObject> units, Map<URI, Page.Block> blocks) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    List<String> options =
        List.of("-proc:none", "-implicit:none", "-d", "target", "-Xlint:none", "-cp", classPath());
    compiler.getTask(null, new InMemory(compiler), diagnostics, options, null, units).call();
    return diagnostics.getDiagnostics().stream()
        .filter(found -> found.getKind() == Diagnostic.Kind.ERROR)
        .map(found -> where(found, blocks) + found.getMessage(Locale.ROOT))
        .toList();
  }

  /** The line of the page: the prelude of a unit stands on one line before the block's first. */
  private static String where(
      Diagnostic<? extends JavaFileObject> found, Map<URI, Page.Block> blocks) {
    JavaFileObject source = found.getSource();
    Page.Block block = source == null ? null : blocks.get(source.toUri());
    return block == null
        ? ""
        : block.page() + ":" + (block.line() + found.getLineNumber() - 2) + ": ";
  }

  /** What the tests see, and the clients that MIGRATING.md shows beside ours. */
  private static String classPath() {
    try (Stream<Path> peers = Files.list(Path.of("target", "peers"))) {
      return Stream.concat(
              Stream.of(System.getProperty("java.class.path")), peers.map(Path::toString))
          .collect(Collectors.joining(":"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** One block as a source file. */
  private static final class Unit extends SimpleJavaFileObject {
    private final String source;

    private Unit(String name, String source) {
      super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
      this.source = source;
    }

    static Unit of(Page.Block block, int number) {
      String name = "Block" + number;
      if (WHOLE_FILE.matcher(block.text()).find()) {
        String type =
            block.text().replaceFirst("(?s).*?\\b(?:class|record|interface|enum) (\\w+).*", "$1");
        boolean imports = block.text().startsWith("import ");
        return new Unit(type, (imports ? "" : IMPORTS) + "\n" + block.text());
      }
      return new Unit(
          name,
          IMPORTS
              + "abstract class "
              + name
              + " extends io.mooring.docs.BlockContext { void run() throws Exception {\n"
              + block.text()
              + "}}\n");
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return source;
    }
  }

  /** Compiled classes are thrown away. */
  private static final class InMemory
      extends javax.tools.ForwardingJavaFileManager<javax.tools.StandardJavaFileManager> {
    InMemory(JavaCompiler compiler) {
      super(compiler.getStandardFileManager(null, Locale.ROOT, null));
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location,
        String className,
        JavaFileObject.Kind kind,
        javax.tools.FileObject sibling) {
      return new SimpleJavaFileObject(URI.create("mem:///" + className + kind.extension), kind) {
        @Override
        public java.io.OutputStream openOutputStream() {
          return java.io.OutputStream.nullOutputStream();
        }
      };
    }
  }
}
