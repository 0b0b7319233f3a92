package io.mooring.bench.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.Locale;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** A jar without its signature, which costs time and memory at start and keeps AppCDS away. */
final class StrippedJar {
  private StrippedJar() {}

  /** Copies into the folder and returns the copy. */
  static Path copy(Path jar, Path folder) throws IOException {
    Path copy = folder.resolve(jar.getFileName());
    try (ZipFile in = new ZipFile(jar.toFile());
        OutputStream file = Files.newOutputStream(copy);
        ZipOutputStream out = new ZipOutputStream(file)) {
      Enumeration<? extends ZipEntry> entries = in.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        if (!isSignature(entry.getName())) {
          out.putNextEntry(new ZipEntry(entry.getName()));
          if (entry.getName().equals(JarFile.MANIFEST_NAME)) {
            mainAttributes(in.getInputStream(entry)).write(out);
          } else {
            in.getInputStream(entry).transferTo(out);
          }
          out.closeEntry();
        }
      }
    }
    return copy;
  }

  /** The digests of all entries are the larger part, and are parsed at each start. */
  private static Manifest mainAttributes(InputStream signed) throws IOException {
    Manifest manifest = new Manifest(signed);
    manifest.getEntries().clear();
    return manifest;
  }

  static boolean isSignature(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    return upper.startsWith("META-INF/")
        && upper.indexOf('/', "META-INF/".length()) < 0
        && (upper.endsWith(".SF")
            || upper.endsWith(".RSA")
            || upper.endsWith(".DSA")
            || upper.endsWith(".EC"));
  }
}
