package io.mooring.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;

/** The libraries resolve as bundles of an OSGi framework, with what they stand on and no more. */
class OsgiTest {
  @TempDir Path folder;

  @Test
  void everyLibrary_resolvesAsABundle_andKeepsItsInternals() throws Exception {
    Framework framework =
        new FrameworkFactory()
            .newFramework(Map.of(Constants.FRAMEWORK_STORAGE, folder.resolve("cache").toString()));
    framework.start();
    try {
      List<Bundle> bundles = new ArrayList<>();
      for (Path library : bundles()) {
        bundles.add(framework.getBundleContext().installBundle(jar(library).toUri().toString()));
      }
      for (Bundle bundle : bundles) {
        bundle.start();
        assertEquals(Bundle.ACTIVE, bundle.getState(), bundle.getSymbolicName());
      }
      Bundle scram = named(bundles, "io.mooring.client-scram");
      Class<?> client = scram.loadClass("io.mooring.auth.EnhancedAuthenticator");
      assertEquals(named(bundles, "io.mooring.client-core").loadClass(client.getName()), client);
      Bundle micrometer = named(bundles, "io.mooring.client-micrometer");
      assertEquals(
          named(bundles, "micrometer-core")
              .loadClass("io.micrometer.core.instrument.MeterRegistry"),
          micrometer.loadClass("io.micrometer.core.instrument.MeterRegistry"));
      assertThrows(
          ClassNotFoundException.class,
          () -> scram.loadClass("io.mooring.internal.session.Session"));
    } finally {
      framework.stop();
      framework.waitForStop(10_000);
    }
  }

  /**
   * bctls 1.84 imports {@code org.bouncycastle.asn1} below 1.85: within OSGi all of Bouncy Castle
   * has one version.
   */
  private static List<Path> bundles() throws IOException {
    List<Path> bundles = new ArrayList<>(Libraries.onRecord().values());
    bundles.addAll(Libraries.micrometer());
    Libraries.theirs().stream()
        .filter(jar -> !jar.toString().matches(".*/bc(prov|util)-[^/]*"))
        .forEach(bundles::add);
    try (Stream<Path> jars = Files.list(Path.of("target", "bundles"))) {
      jars.forEach(bundles::add);
    }
    return bundles;
  }

  private static Bundle named(List<Bundle> bundles, String name) {
    return bundles.stream()
        .filter(bundle -> name.equals(bundle.getSymbolicName()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no bundle " + name));
  }

  /** The bundle to install for a library. */
  private Path jar(Path library) throws IOException {
    if (Files.isDirectory(library)) {
      return pack(library);
    }
    return library.getFileName().toString().startsWith("org.eclipse.paho")
        ? wrap(library)
        : library;
  }

  /** A jar of its classes, if the build has not come so far as to make one. */
  private Path pack(Path library) throws IOException {
    Path manifest = library.resolve(JarFile.MANIFEST_NAME);
    Path jar = Files.createTempFile(folder, "library", ".jar");
    try (var in = Files.newInputStream(manifest);
        var out = new JarOutputStream(Files.newOutputStream(jar), new Manifest(in));
        Stream<Path> classes = Files.walk(library)) {
      for (Path file : classes.filter(Files::isRegularFile).toList()) {
        if (!file.equals(manifest)) {
          out.putNextEntry(new ZipEntry(library.relativize(file).toString()));
          Files.copy(file, out);
        }
      }
    }
    return jar;
  }

  /** Paho's bundle does not export its packets: it has to be wrapped, as docs/PACKAGING.md says. */
  private Path wrap(Path paho) throws IOException {
    Path jar = Files.createTempFile(folder, "paho", ".jar");
    try (JarFile in = new JarFile(paho.toFile())) {
      Manifest manifest = new Manifest();
      manifest.getMainAttributes().putAll(in.getManifest().getMainAttributes());
      manifest
          .getMainAttributes()
          .putValue(
              "Export-Package",
              "org.eclipse.paho.mqttv5.client,org.eclipse.paho.mqttv5.common,"
                  + "org.eclipse.paho.mqttv5.common.packet");
      try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
        for (JarEntry entry : Collections.list(in.entries())) {
          if (!entry.getName().startsWith("META-INF/")) {
            out.putNextEntry(new ZipEntry(entry.getName()));
            in.getInputStream(entry).transferTo(out);
          }
        }
      }
    }
    return jar;
  }
}
