package io.mooring.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.pi4j.plugin.linuxfs.provider.i2c.LinuxFsI2CProvider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ShippedModulesTest {
  /** Everything but {@code java.*} that client-core may require; each was weighed. */
  private static final Set<String> WEIGHED =
      Set.of(
          "jdk.jfr", // static: a runtime image may be without it
          "org.jspecify",
          "org.bouncycastle.provider",
          "org.bouncycastle.tls",
          "org.bouncycastle.util",
          "org.eclipse.paho.mqttv5.client");

  /** A program on the class path; the last test says why. It exports nothing to anybody. */
  private static final String WITHOUT_DESCRIPTOR = "examples-raspberrypi";

  static Stream<String> modules() {
    return ShippedClasses.modules().stream();
  }

  @ParameterizedTest
  @MethodSource("modules")
  void everyModule_isOnTheClassPathOfTheseTests(String module) {
    assertFalse(
        ShippedClasses.of(module).isEmpty(),
        () -> module + " is not checked. Add it to the dependencies of integration-tests.");
  }

  @ParameterizedTest
  @MethodSource("modules")
  void everyModule_withCode_exportsNoInternalPackage(String module) throws IOException {
    if (!hasCode(module) || module.equals(WITHOUT_DESCRIPTOR)) {
      return;
    }
    List<String> open =
        descriptor(module).exports().stream()
            .filter(export -> !export.isQualified())
            .map(ModuleDescriptor.Exports::source)
            .filter(name -> (name + ".").contains(".internal."))
            .toList();
    assertEquals(List.of(), open, () -> module + " exports internal packages to everyone");
  }

  @Test
  void clientCore_requiresOnlyWhatWasWeighed() throws IOException {
    List<String> others =
        descriptor("client-core").requires().stream()
            .map(ModuleDescriptor.Requires::name)
            .filter(name -> !name.startsWith("java."))
            .filter(name -> !WEIGHED.contains(name))
            .toList();
    assertEquals(List.of(), others, "modules that client-core requires and nobody weighed");
  }

  @Test
  void moduleWithoutDescriptor_hasAReasonThatStillHolds() throws Exception {
    Path plugin =
        Path.of(
            LinuxFsI2CProvider.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    ModuleDescriptor linuxfs =
        ModuleFinder.of(plugin).find("com.pi4j.plugin.linuxfs").orElseThrow().descriptor();
    assertTrue(
        linuxfs.requires().stream().anyMatch(needed -> needed.name().equals("jsch")),
        "Pi4J needs no SSH client any more: give " + WITHOUT_DESCRIPTOR + " a module-info.java");
  }

  private static boolean hasCode(String module) {
    return ShippedClasses.of(module).stream()
        .anyMatch(type -> !type.getSimpleName().equals("package-info"));
  }

  private static ModuleDescriptor descriptor(String module) throws IOException {
    Path compiled = ShippedClasses.folder(module).resolve("target/classes/module-info.class");
    assertTrue(Files.exists(compiled), () -> module + " has classes but no module-info.java");
    try (InputStream bytes = Files.newInputStream(compiled)) {
      return ModuleDescriptor.read(bytes);
    }
  }
}
