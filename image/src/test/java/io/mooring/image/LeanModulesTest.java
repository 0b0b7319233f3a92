package io.mooring.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.ModuleDescriptor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.spi.ToolProvider;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeanModulesTest {
  private static final String SAMPLES = "io/mooring/image/LambdaSamples.class";
  private static final String LINES = "LineNumberTable";

  @TempDir Path folder;

  @Test
  void module_losesDebugDataAndKeepsTheRest() throws IOException {
    Map<String, byte[]> before = contents(module());

    Map<String, byte[]> lean = contents(lean(module()));

    assertTrue(holds(before.get("classes/" + SAMPLES), LINES));
    assertFalse(holds(lean.get("classes/" + SAMPLES), LINES));
    assertArrayEquals(before.get("conf/some.conf"), lean.get("conf/some.conf"));
    assertTrue(lean.keySet().containsAll(before.keySet()), lean.keySet().toString());
  }

  @Test
  void module_getsClassesOfLambdas() throws IOException {
    assertTrue(
        contents(lean(module())).keySet().stream().anyMatch(name -> name.contains("$Lambda")));
  }

  @Test
  void module_isOneThatTheJdkReads() throws IOException {
    StringWriter said = new StringWriter();
    try (PrintWriter out = new PrintWriter(said)) {
      assertEquals(0, jmod(out, "describe", lean(module()).toString()));
    }
    assertTrue(said.toString().startsWith(OpenModule.NAME), said.toString());
  }

  @Test
  void sameModule_givesTheSameContent() throws IOException {
    Map<String, byte[]> once = contents(lean(module()));
    Map<String, byte[]> again = contents(lean(module()));
    assertEquals(once.keySet(), again.keySet());
    once.forEach((name, bytes) -> assertArrayEquals(bytes, again.get(name), name));
  }

  @Test
  void hashesOfOtherModules_areLeftOut() throws IOException {
    byte[] descriptor = resource(Object.class, "/module-info.class");
    assertTrue(holds(descriptor, "ModuleHashes"), "the JDK's java.base names no hashes");
    assertTrue(holds(descriptor, "ModuleTarget"), "the JDK's java.base names no system");

    byte[] lean = LeanModules.withoutHashes(descriptor);

    // The name stays among the constants; the attribute was longer than all that else changed.
    assertTrue(lean.length < descriptor.length - 1000, descriptor.length + " " + lean.length);
    assertTrue(holds(lean, "ModuleTarget"));
    assertEquals(
        ModuleDescriptor.read(ByteBuffer.wrap(descriptor)),
        ModuleDescriptor.read(ByteBuffer.wrap(lean)));
  }

  private Path module() throws IOException {
    Path classes = Files.createDirectories(folder.resolve("classes"));
    Map<String, byte[]> files = new TreeMap<>();
    for (String name : new String[] {"", "$Inner", "$Joining"}) {
      String path = SAMPLES.replace(".class", name + ".class");
      files.put(path, resource(LambdaSamples.class, "/" + path));
    }
    files.put("module-info.class", OpenModule.descriptor(files, Set.of(), Set.of()));
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path path = classes.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
    Path conf = Files.createDirectories(folder.resolve("conf"));
    Files.writeString(conf.resolve("some.conf"), "a=b");
    Path jmod = folder.resolve("in.jmod");
    Files.deleteIfExists(jmod);
    StringWriter said = new StringWriter();
    try (PrintWriter out = new PrintWriter(said)) {
      String[] create = {
        "create", "--class-path", classes.toString(), "--config", conf.toString(), jmod.toString()
      };
      assertEquals(0, jmod(out, create), said::toString);
    }
    return jmod;
  }

  private static int jmod(PrintWriter out, String... arguments) {
    return ToolProvider.findFirst("jmod").orElseThrow().run(out, out, arguments);
  }

  private Path lean(Path jmod) throws IOException {
    Path lean = folder.resolve("lean.jmod");
    LeanModules.write(jmod, lean);
    return lean;
  }

  private static boolean holds(byte[] file, String text) {
    return new String(file, StandardCharsets.ISO_8859_1).contains(text);
  }

  private static byte[] resource(Class<?> beside, String path) throws IOException {
    try (InputStream in = beside.getResourceAsStream(path)) {
      return Objects.requireNonNull(in).readAllBytes();
    }
  }

  private static Map<String, byte[]> contents(Path jmod) throws IOException {
    Map<String, byte[]> contents = new TreeMap<>();
    try (ZipFile zip = new ZipFile(jmod.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        contents.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    return contents;
  }
}
