package io.mooring.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What the libraries export, held against {@code build/api}, so that no change of the API slips
 * through review. After a change on purpose: run with {@code -Dmooring.api.write=true}, look at the
 * difference, and say it in CHANGELOG.md.
 */
class ApiBaselineTest {
  private static final Path BASELINES = Path.of("..", "build", "api");

  @TestFactory
  Stream<DynamicTest> exportedApi_isTheOneOnRecord() {
    return Libraries.onRecord().entrySet().stream()
        .map(
            library ->
                dynamicTest(library.getKey(), () -> check(library.getKey(), library.getValue())));
  }

  private static void check(String name, Path library) throws IOException {
    String api = String.join("\n", api(library)) + "\n";
    Path baseline = BASELINES.resolve(name + ".txt");
    if (Boolean.getBoolean("mooring.api.write")) {
      Files.createDirectories(BASELINES);
      Files.writeString(baseline, api);
    }
    assertFalse(api.isBlank(), () -> name + " exports nothing?");
    assertEquals(
        Files.readString(baseline),
        api,
        () ->
            "the API of "
                + name
                + " is not the one in build/api; if that is on purpose, run this test with"
                + " -Dmooring.api.write=true and say the change in CHANGELOG.md");
  }

  private static List<String> api(Path library) throws IOException {
    Set<String> exported =
        ModuleFinder.of(library).findAll().iterator().next().descriptor().exports().stream()
            .filter(exports -> !exports.isQualified())
            .map(Exports::source)
            .collect(Collectors.toSet());
    JavaClasses classes = classes(library);
    List<String> lines = new ArrayList<>();
    classes.stream()
        .filter(type -> exported.contains(type.getPackageName()) && isVisible(type))
        .sorted(java.util.Comparator.comparing(JavaClass::getName))
        .forEach(type -> describe(type, lines));
    return lines;
  }

  /** After package Maven gives the jar, before it the folder. */
  private static JavaClasses classes(Path library) throws IOException {
    ClassFileImporter importer = new ClassFileImporter();
    if (Files.isDirectory(library)) {
      return importer.importPath(library);
    }
    try (JarFile jar = new JarFile(library.toFile())) {
      return importer.importJar(jar);
    }
  }

  private static boolean isVisible(JavaClass type) {
    return isVisible(type.getModifiers())
        && !type.isAnonymousClass()
        && type.getEnclosingClass().map(ApiBaselineTest::isVisible).orElse(true);
  }

  private static boolean isVisible(Set<JavaModifier> modifiers) {
    return (modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED))
        && !modifiers.contains(JavaModifier.SYNTHETIC);
  }

  private static void describe(JavaClass type, List<String> lines) {
    String above =
        Stream.concat(type.getRawSuperclass().stream(), type.getRawInterfaces().stream())
            .map(JavaClass::getName)
            .filter(name -> !name.equals("java.lang.Object"))
            .sorted()
            .collect(Collectors.joining(", "));
    lines.add(words(type.getModifiers()) + type.getName() + (above.isEmpty() ? "" : " : " + above));
    Set<String> members = new TreeSet<>();
    for (JavaMember member : type.getMembers()) {
      if (isVisible(member.getModifiers())) {
        members.add("  " + words(member.getModifiers()) + signature(member));
      }
    }
    lines.addAll(members);
  }

  private static String signature(JavaMember member) {
    if (!(member instanceof JavaCodeUnit unit)) {
      return member.getName() + " : " + member.getDescriptor();
    }
    String parameters =
        unit.getParameterTypes().stream()
            .map(found -> found.getName())
            .collect(Collectors.joining(", "));
    return unit.getName() + "(" + parameters + ") : " + unit.getReturnType().getName();
  }

  private static String words(Set<JavaModifier> modifiers) {
    return Stream.of(
            JavaModifier.PUBLIC,
            JavaModifier.PROTECTED,
            JavaModifier.ABSTRACT,
            JavaModifier.STATIC,
            JavaModifier.FINAL)
        .filter(modifiers::contains)
        .map(modifier -> modifier.name().toLowerCase(java.util.Locale.ROOT) + " ")
        .collect(Collectors.joining());
  }
}
