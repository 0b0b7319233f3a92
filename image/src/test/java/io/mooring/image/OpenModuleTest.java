package io.mooring.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Provides;
import java.lang.module.ModuleDescriptor.Requires;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class OpenModuleTest {

  /** Asks for services, as libraries do. */
  static final class Asking {
    private Asking() {}

    static ServiceLoader<CharSequence> load() {
      return ServiceLoader.load(CharSequence.class, Asking.class.getClassLoader());
    }

    static Object other() {
      return Comparable.class;
    }
  }

  @Test
  void module_isOpenAndHasAnExport_soThatItIsThereForTheClassPath() throws IOException {
    ModuleDescriptor module =
        descriptor(Map.of("a/x.properties", "x", "b/B.class", "", "c/C.class", ""));
    assertEquals(OpenModule.NAME, module.name());
    assertTrue(module.isOpen());
    assertEquals(
        List.of("b"), module.exports().stream().map(ModuleDescriptor.Exports::source).toList());
  }

  @Test
  void folders_arePackages_whereTheirNamesCanBe() throws IOException {
    Map<String, String> files =
        Map.of(
            "a/A.class", "",
            "a/b/x.txt", "",
            "linux-x86-64/x.so", "",
            "lib/native/x.txt", "",
            "META-INF/x", "",
            "x", "");
    assertEquals(Set.of("a", "a.b"), descriptor(files).packages());
  }

  @Test
  void modules_thatItReads_areRequired() throws IOException {
    ModuleDescriptor module =
        read(OpenModule.descriptor(files(Map.of()), Set.of(), Set.of("java.logging", "java.base")));
    assertEquals(
        Set.of("java.base", "java.logging"),
        module.requires().stream().map(Requires::name).collect(Collectors.toSet()));
  }

  @Test
  void serviceFiles_areProvidedAndUsed() throws IOException {
    ModuleDescriptor module =
        descriptor(
            Map.of(
                "META-INF/services/a.Service", "# two of them\na.One\n\nb.Two # the other\n",
                "META-INF/services/a.Nobody", "# none\n",
                "a/One.class", "",
                "b/Two.class", ""));
    Provides provided = module.provides().iterator().next();
    assertEquals(1, module.provides().size());
    assertEquals("a.Service", provided.service());
    assertEquals(List.of("a.One", "b.Two"), provided.providers());
    assertEquals(Set.of("a.Service", "a.Nobody"), module.uses());
  }

  @Test
  void serviceFile_namingWhatIsNotThere_endsTheBuild() {
    String refusal =
        assertThrows(
                IOException.class,
                () -> descriptor(Map.of("META-INF/services/a.Service", "a.Missing")))
            .getMessage();
    assertTrue(refusal.contains("a.Service") && refusal.contains("a.Missing"), refusal);
  }

  /** Each start would else make an object of Bouncy Castle's provider before the JDK's own. */
  @Test
  void securityProviders_areNotProvided() throws IOException {
    ModuleDescriptor module =
        descriptor(
            Map.of(
                "META-INF/services/java.security.Provider", "a.Provider", "a/Provider.class", ""));
    assertEquals(Set.of(), module.provides());
  }

  @Test
  void services_thatCodeAsksFor_areUsed() throws IOException {
    String path = Asking.class.getName().replace('.', '/') + ".class";
    try (InputStream in = OpenModuleTest.class.getResourceAsStream("/" + path)) {
      byte[] file = Objects.requireNonNull(in).readAllBytes();
      Set<String> uses =
          read(OpenModule.descriptor(Map.of(path, file), Set.of("a.Known"), Set.of())).uses();
      // The class whose loader is asked is one too many, and harmless.
      assertEquals(Set.of("a.Known", "java.lang.CharSequence", Asking.class.getName()), uses);
    }
  }

  @Test
  void classWithoutPackage_endsTheBuild() {
    String refusal =
        assertThrows(IOException.class, () -> descriptor(Map.of("Main.class", ""))).getMessage();
    assertTrue(refusal.contains("Main.class"), refusal);
  }

  private static ModuleDescriptor descriptor(Map<String, String> files) throws IOException {
    return read(OpenModule.descriptor(files(files), Set.of(), Set.of()));
  }

  private static ModuleDescriptor read(byte[] file) {
    return ModuleDescriptor.read(ByteBuffer.wrap(file));
  }

  private static Map<String, byte[]> files(Map<String, String> texts) {
    Map<String, byte[]> files = new TreeMap<>();
    texts.forEach((path, text) -> files.put(path, text.getBytes(StandardCharsets.UTF_8)));
    return files;
  }
}
