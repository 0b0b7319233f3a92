package io.mooring.image;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.objectweb.asm.Attribute;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;

/**
 * The JDK's modules as a board gets them: without debug data, for which {@code jlink} has an option
 * too, but one that takes the line numbers of the program as well; and with little for the JVM to
 * link ({@link PlainLambdas}, {@link PlainConcatenation}).
 *
 * <p>What {@code java.base} knows of other modules' bytes ({@code ModuleHashes}) goes, since they
 * change.
 */
public final class LeanModules {
  private static final byte[] MAGIC = {'J', 'M', 1, 0};
  private static final String CLASSES = "classes/";
  private static final String DESCRIPTOR = "module-info.class";
  private static final String HASHES = "ModuleHashes";

  private LeanModules() {}

  /**
   * {@code LeanModules FROM TO MODULES}: folders of {@code .jmod} files, and the modules that are
   * wanted, divided by commas; what they require comes with them. Exit codes: 0 done, 2 usage.
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 3) {
      System.err.println("usage: LeanModules FROM TO MODULES");
      System.exit(2);
    }
    for (String module : SystemModules.required(arguments[2])) {
      String file = module + ".jmod";
      write(Path.of(arguments[0], file), Path.of(arguments[1], file));
    }
  }

  /** A {@code .jmod} is four bytes and a zip file, in which folders say what is what. */
  static void write(Path from, Path to) throws IOException {
    Map<String, byte[]> classes = new TreeMap<>();
    Map<String, byte[]> others = new TreeMap<>();
    try (ZipFile in = new ZipFile(from.toFile())) {
      for (Enumeration<? extends ZipEntry> all = in.entries(); all.hasMoreElements(); ) {
        ZipEntry entry = all.nextElement();
        try (InputStream content = in.getInputStream(entry)) {
          take(entry.getName(), content.readAllBytes(), classes, others);
        }
      }
    }
    classes.putAll(PlainLambdas.of(classes));
    classes.replaceAll((path, content) -> PlainConcatenation.of(content));
    classes.forEach((path, content) -> others.put(CLASSES + path, content));
    try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(to))) {
      file.write(MAGIC);
      try (ZipOutputStream out = new ZipOutputStream(file)) {
        out.setLevel(Deflater.NO_COMPRESSION);
        for (Map.Entry<String, byte[]> entry : others.entrySet()) {
          out.putNextEntry(new ZipEntry(entry.getKey()));
          out.write(entry.getValue());
          out.closeEntry();
        }
      }
    }
  }

  private static void take(
      String path, byte[] content, Map<String, byte[]> classes, Map<String, byte[]> others) {
    if (path.startsWith(CLASSES) && path.endsWith(".class")) {
      String name = path.substring(CLASSES.length());
      classes.put(
          name, name.equals(DESCRIPTOR) ? withoutHashes(content) : withoutDebugData(content));
    } else {
      others.put(path, content);
    }
  }

  private static byte[] withoutDebugData(byte[] file) {
    ClassWriter writer = new ClassWriter(0);
    new ClassReader(file).accept(writer, ClassReader.SKIP_DEBUG);
    return writer.toByteArray();
  }

  static byte[] withoutHashes(byte[] descriptor) {
    ClassReader reader = new ClassReader(descriptor);
    // All constants stay where they are: the other attributes that ASM does not know refer to them.
    ClassWriter writer = new ClassWriter(reader, 0);
    reader.accept(
        new ClassVisitor(Opcodes.ASM9, writer) {
          @Override
          public void visitAttribute(Attribute attribute) {
            if (!attribute.type.equals(HASHES)) {
              super.visitAttribute(attribute);
            }
          }
        },
        0);
    return writer.toByteArray();
  }
}
