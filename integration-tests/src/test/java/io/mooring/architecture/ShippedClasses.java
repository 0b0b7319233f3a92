package io.mooring.architecture;

import static java.util.stream.Collectors.toCollection;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The bytecode that a device may run: every client-* module but the test kit, and the examples. */
final class ShippedClasses {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private ShippedClasses() {}

  /** All classes of all {@link #modules()}. */
  static JavaClasses all() {
    return of("(" + String.join("|", modules()) + ")");
  }

  /** The classes of one module, whether Maven put its jar or its folder on the class path. */
  static JavaClasses of(String module) {
    Pattern place = Pattern.compile(".*/" + module + "/target/(classes/|[^/]+\\.jar!/).*");
    return new ClassFileImporter()
        .withImportOption((Location location) -> location.matches(place))
        .importPackages("io.mooring");
  }

  /** The folders of the shipped modules, read from the disk so that a new module is not missed. */
  static TreeSet<String> modules() {
    try (Stream<Path> folders = Files.list(ROOT)) {
      return folders
          .filter(folder -> Files.isDirectory(folder.resolve("src/main/java")))
          .map(folder -> folder.getFileName().toString())
          .filter(name -> name.startsWith("client-") || name.startsWith("examples-"))
          .filter(name -> !name.equals("client-testkit"))
          .collect(toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list the modules in " + ROOT, e);
    }
  }

  /** Where a module is checked out. */
  static Path folder(String module) {
    return ROOT.resolve(module);
  }
}
