package io.mooring.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * One module for the runtime of a board, out of the many jars that a program is made of: written as
 * a jar, which {@code jlink} takes in.
 *
 * <ul>
 *   <li>Signatures are verified here, once, over every class, and then left out: a JVM that finds
 *       them checks every class again at each start, and AppCDS archives no class of a signed jar.
 *   <li>Multi-release jars become plain ones: the highest version up to the given Java release.
 *   <li>Service files are joined. Any other file that two jars hold with different content ends the
 *       build: which one would win would be chance.
 *   <li>Each lambda becomes a class, and strings are put together by plain code: see {@link
 *       PlainLambdas} and {@link PlainConcatenation}.
 *   <li>The descriptors of all become one: see {@link OpenModule}.
 *   <li>Native libraries may be laid beside: those of the board alone, so that no program unpacks
 *       them into a temporary folder, from where a sealed unit could not load them.
 * </ul>
 *
 * The same jars give the same content, in the same order.
 */
public final class MergedJar {
  private static final Pattern SIGNATURE =
      Pattern.compile("META-INF/(SIG-[^/]*|[^/]+\\.(SF|RSA|DSA|EC))", Pattern.CASE_INSENSITIVE);
  private static final Pattern NATIVE = Pattern.compile(".+\\.(so|dll|jnilib|dylib|a)");
  private static final Pattern VERSIONED = Pattern.compile("META-INF/versions/([0-9]+)/(.+)");
  private static final String MANIFEST = "META-INF/MANIFEST.MF";
  private static final String DESCRIPTOR = "module-info.class";

  /** The least that a jar can say; the image has no dates of its own. */
  private static final LocalDateTime UNDATED = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final int release;
  private final Map<String, Content> entries = new TreeMap<>();
  private final Set<String> uses = new TreeSet<>();
  private final Map<String, Content> legal = new TreeMap<>();
  private final List<String> nativeFolders;
  private final Map<String, Content> natives = new TreeMap<>();

  /** Not a record, since it holds an array. */
  private static final class Content {
    private final byte[] bytes;
    private final Path from;

    private Content(byte[] bytes, Path from) {
      this.bytes = bytes;
      this.from = from;
    }
  }

  /**
   * @param release the Java release whose variants of multi-release classes are taken
   * @param nativeFolders folders within the jars whose native libraries are for the board; if there
   *     are any, no native library stays in the module
   */
  MergedJar(int release, List<String> nativeFolders) {
    this.release = release;
    this.nativeFolders = List.copyOf(nativeFolders);
  }

  /**
   * {@code MergedJar OUT FOLDER RELEASE MODULES NATIVE-FOLDERS JAR...}: merges, and prints a line
   * for each jar. The folder gets {@code legal} and {@code native}. Modules are the JVM's, divided
   * by commas, and so are the folders, which may be none. Exit codes: 0 done, 1 failed, 2 usage.
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 6) {
      System.err.println("usage: MergedJar OUT FOLDER RELEASE MODULES NATIVE-FOLDERS JAR...");
      System.exit(2);
    }
    List<String> nativeFolders =
        arguments[4].isEmpty() ? List.of() : List.of(arguments[4].split(",", -1));
    MergedJar merged = new MergedJar(Integer.parseInt(arguments[2]), nativeFolders);
    try {
      for (String jar : Arrays.asList(arguments).subList(5, arguments.length)) {
        System.out.println(merged.add(Path.of(jar)));
      }
      merged.write(Path.of(arguments[0]), SystemModules.required(arguments[3]));
      merged.writeBeside(Path.of(arguments[1]));
    } catch (IOException | SecurityException e) {
      System.err.println("MergedJar: " + e.getMessage());
      System.exit(1);
    }
  }

  /**
   * Takes a jar in.
   *
   * @return what was found, for people
   * @throws SecurityException if the jar is signed and a class of it is not what was signed
   * @throws IOException if it cannot be read, or holds a file that another one holds with different
   *     content
   */
  String add(Path file) throws IOException {
    try (JarFile jar = new JarFile(file.toFile(), true)) {
      List<JarEntry> files = new ArrayList<>();
      boolean signed = false;
      for (Enumeration<JarEntry> all = jar.entries(); all.hasMoreElements(); ) {
        JarEntry entry = all.nextElement();
        signed |= SIGNATURE.matcher(entry.getName()).matches();
        if (!entry.isDirectory()) {
          files.add(entry);
        }
      }
      Map<String, Integer> versions = new TreeMap<>();
      List<String> covered = new ArrayList<>();
      List<String> uncovered = new ArrayList<>();
      for (JarEntry entry : files) {
        take(file, jar, entry, versions);
        if (entry.getName().endsWith(".class")) {
          (entry.getCodeSigners() == null ? uncovered : covered).add(entry.getName());
        }
      }
      return file.getFileName()
          + ": "
          + files.size()
          + " files"
          + (signed ? signature(file, covered, uncovered) : "");
    }
  }

  /**
   * All classes of a signed jar are signed, or none: by an algorithm that this JDK takes no more.
   */
  private static String signature(Path file, List<String> covered, List<String> uncovered) {
    if (covered.isEmpty()) {
      return ", signed by an algorithm that this JDK ignores (SHA-1), left out";
    }
    if (!uncovered.isEmpty()) {
      throw new SecurityException(
          file.getFileName()
              + " is signed, but "
              + uncovered.get(0)
              + " in it is not: it was added afterwards");
    }
    return ", signature verified and left out";
  }

  private void take(Path file, JarFile jar, JarEntry entry, Map<String, Integer> versions)
      throws IOException {
    // Reading to the end is what verifies a signed entry.
    byte[] bytes;
    try (InputStream in = jar.getInputStream(entry)) {
      bytes = in.readAllBytes();
    }
    String name = entry.getName();
    if (SIGNATURE.matcher(name).matches() || name.equals(MANIFEST)) {
      return;
    }
    int version = 0;
    Matcher versioned = VERSIONED.matcher(name);
    if (versioned.matches()) {
      version = Integer.parseInt(versioned.group(1));
      name = versioned.group(2);
    }
    if (version > release) {
      return;
    }
    if (name.equals(DESCRIPTOR)) {
      uses.addAll(ModuleDescriptor.read(ByteBuffer.wrap(bytes)).uses());
      return;
    }
    if (name.startsWith("META-INF/maven/") || name.startsWith("OSGI-INF/")) {
      return;
    }
    Content content = new Content(bytes, file);
    if (!nativeFolders.isEmpty() && NATIVE.matcher(name).matches()) {
      takeNative(name, content);
      return;
    }
    if (isLegal(name)) {
      legal.put(file.getFileName() + "/" + name.substring(name.lastIndexOf('/') + 1), content);
      return;
    }
    Integer before = versions.get(name);
    if (before == null) {
      versions.put(name, version);
      put(name, content);
    } else if (before < version) {
      versions.put(name, version);
      entries.put(name, content);
    }
  }

  private void takeNative(String name, Content content) throws IOException {
    if (nativeFolders.stream().noneMatch(folder -> name.startsWith(folder + "/"))) {
      return;
    }
    String plain = name.substring(name.lastIndexOf('/') + 1);
    Content before = natives.putIfAbsent(plain, content);
    if (before != null && !Arrays.equals(before.bytes, content.bytes)) {
      throw new IOException(
          "two native libraries are called " + plain + ": of " + before.from + " and " + name);
    }
  }

  private void put(String name, Content content) throws IOException {
    Content before = entries.putIfAbsent(name, content);
    if (before == null || Arrays.equals(before.bytes, content.bytes)) {
      return;
    }
    if (!name.startsWith(OpenModule.SERVICES)) {
      throw new IOException(
          name + " is in " + before.from + " and, with different content, in " + content.from);
    }
    String joined = text(before).stripTrailing() + "\n" + text(content);
    entries.put(name, new Content(joined.getBytes(StandardCharsets.UTF_8), content.from));
  }

  private static String text(Content content) {
    return new String(content.bytes, StandardCharsets.UTF_8);
  }

  private static boolean isLegal(String name) {
    return name.matches("(META-INF/)?(LICENSE|NOTICE|COPYRIGHT|about)(\\.(txt|md|html))?");
  }

  /**
   * Writes the module.
   *
   * @param reads the modules of the JVM
   */
  void write(Path out, Set<String> reads) throws IOException {
    Map<String, byte[]> files = files();
    files.put(DESCRIPTOR, OpenModule.descriptor(files, uses, reads));
    try (OutputStream file = Files.newOutputStream(out);
        ZipOutputStream zip = new ZipOutputStream(file)) {
      // Not deflated: it is read once.
      zip.setMethod(ZipOutputStream.STORED);
      for (Map.Entry<String, byte[]> entry : files.entrySet()) {
        store(zip, entry.getKey(), entry.getValue());
      }
    }
  }

  /** Each jar's licence texts in {@code legal}, and the board's libraries in {@code native}. */
  void writeBeside(Path folder) throws IOException {
    write(folder.resolve("legal"), legal);
    write(folder.resolve("native"), natives);
  }

  private static void write(Path folder, Map<String, Content> contents) throws IOException {
    for (Map.Entry<String, Content> entry : contents.entrySet()) {
      Path file = folder.resolve(entry.getKey());
      Files.createDirectories(file.getParent());
      Files.write(file, entry.getValue().bytes);
    }
  }

  private Map<String, byte[]> files() {
    Map<String, byte[]> files = new TreeMap<>();
    for (Map.Entry<String, Content> entry : entries.entrySet()) {
      files.put(entry.getKey(), entry.getValue().bytes);
    }
    files.putAll(PlainLambdas.of(files));
    files.replaceAll(
        (path, content) -> path.endsWith(".class") ? PlainConcatenation.of(content) : content);
    return files;
  }

  private static void store(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    ZipEntry entry = new ZipEntry(name);
    entry.setSize(bytes.length);
    entry.setCompressedSize(bytes.length);
    entry.setCrc(crc.getValue());
    entry.setTimeLocal(UNDATED);
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }
}
