package io.mooring.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * One jar for the class path of a board, out of the many that a program is made of.
 *
 * <ul>
 *   <li>Signatures are verified here, once, over every class, and then left out: a JVM that finds
 *       them checks every class again at each start, and AppCDS archives no class of a signed jar.
 *   <li>Multi-release jars become plain ones: the highest version up to the given Java release.
 *   <li>Service files are joined. Any other file that two jars hold with different content ends the
 *       build: which one would win would be chance.
 *   <li>Each lambda becomes a class: see {@link PlainLambdas}.
 *   <li>Entries are stored, not deflated: they are read faster, and what packs the whole image
 *       packs them better.
 *   <li>Native libraries may be laid beside the jar: those of the board alone, so that no program
 *       unpacks them into a temporary folder, from where a sealed unit could not load them.
 * </ul>
 *
 * The same jars give the same bytes.
 */
public final class MergedJar {
  private static final Pattern SIGNATURE =
      Pattern.compile("META-INF/(SIG-[^/]*|[^/]+\\.(SF|RSA|DSA|EC))", Pattern.CASE_INSENSITIVE);
  private static final Pattern NATIVE = Pattern.compile(".+\\.(so|dll|jnilib|dylib|a)");
  private static final Pattern VERSIONED = Pattern.compile("META-INF/versions/([0-9]+)/(.+)");
  private static final String SERVICES = "META-INF/services/";
  private static final String MANIFEST = "META-INF/MANIFEST.MF";
  private static final String DESCRIPTOR = "module-info.class";

  private final int release;
  private final Map<String, Content> entries = new TreeMap<>();
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
   *     are any, no native library stays in the jar
   */
  MergedJar(int release, List<String> nativeFolders) {
    this.release = release;
    this.nativeFolders = List.copyOf(nativeFolders);
  }

  /**
   * {@code MergedJar OUT RELEASE EPOCH-SECONDS NATIVE-FOLDERS JAR...}: merges, and prints a line
   * for each jar. The folders are divided by commas, and may be none. Exit codes: 0 done, 1 failed,
   * 2 usage.
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 5) {
      System.err.println("usage: MergedJar OUT RELEASE EPOCH-SECONDS NATIVE-FOLDERS JAR...");
      System.exit(2);
    }
    List<String> nativeFolders =
        arguments[3].isEmpty() ? List.of() : List.of(arguments[3].split(",", -1));
    MergedJar merged = new MergedJar(Integer.parseInt(arguments[1]), nativeFolders);
    try {
      for (String jar : Arrays.asList(arguments).subList(4, arguments.length)) {
        System.out.println(merged.add(Path.of(jar)));
      }
    } catch (IOException | SecurityException e) {
      System.err.println("MergedJar: " + e.getMessage());
      System.exit(1);
    }
    merged.write(Path.of(arguments[0]), Instant.ofEpochSecond(Long.parseLong(arguments[2])));
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
    if (version > release || name.equals(DESCRIPTOR)) {
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
    if (!name.startsWith(SERVICES)) {
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
   * Writes the jar, and beside it the folder {@code legal} with each jar's licence texts, and the
   * folder {@code native} if libraries were asked for.
   *
   * @param time what every entry is dated
   */
  void write(Path out, Instant time) throws IOException {
    LocalDateTime when = LocalDateTime.ofInstant(time, ZoneOffset.UTC);
    try (OutputStream file = Files.newOutputStream(out);
        ZipOutputStream zip = new ZipOutputStream(file)) {
      zip.setMethod(ZipOutputStream.STORED);
      store(zip, MANIFEST, "Manifest-Version: 1.0\r\n\r\n".getBytes(StandardCharsets.UTF_8), when);
      for (Map.Entry<String, byte[]> entry : files().entrySet()) {
        store(zip, entry.getKey(), entry.getValue(), when);
      }
    }
    for (Map.Entry<String, Content> entry : legal.entrySet()) {
      Path text = out.resolveSibling("legal").resolve(entry.getKey());
      Files.createDirectories(text.getParent());
      Files.write(text, entry.getValue().bytes);
    }
    for (Map.Entry<String, Content> entry : natives.entrySet()) {
      Path library = out.resolveSibling("native").resolve(entry.getKey());
      Files.createDirectories(library.getParent());
      Files.write(library, entry.getValue().bytes);
    }
  }

  private Map<String, byte[]> files() {
    Map<String, byte[]> files = new TreeMap<>();
    for (Map.Entry<String, Content> entry : entries.entrySet()) {
      files.put(entry.getKey(), entry.getValue().bytes);
    }
    files.putAll(PlainLambdas.of(files));
    return files;
  }

  private static void store(ZipOutputStream zip, String name, byte[] bytes, LocalDateTime when)
      throws IOException {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    ZipEntry entry = new ZipEntry(name);
    entry.setSize(bytes.length);
    entry.setCompressedSize(bytes.length);
    entry.setCrc(crc.getValue());
    entry.setTimeLocal(when);
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }
}
