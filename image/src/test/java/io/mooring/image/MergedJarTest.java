package io.mooring.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.testkit.KeyKind;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import jdk.security.jarsigner.JarSigner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergedJarTest {
  private static final String DESCRIPTOR = "module-info.class";
  private static final String MANIFEST = "Manifest-Version: 1.0\r\n\r\n";
  private static final String SERVICE = "META-INF/services/java.security.Provider";

  @TempDir Path folder;

  @Test
  void files_ofAllJars_areStoredUnderOneDescriptor() throws IOException {
    Path first = jar("first", Map.of("a/A.class", "A"));
    Path second = jar("second", Map.of("b/B.class", "B", "META-INF/MANIFEST.MF", MANIFEST));

    Map<String, String> merged = contents(merge(first, second));

    assertEquals("A", merged.get("a/A.class"));
    assertEquals("B", merged.get("b/B.class"));
    assertEquals(Set.of("a/A.class", "b/B.class", DESCRIPTOR), merged.keySet());
  }

  @Test
  void services_thatADescriptorUses_areUsed() throws IOException {
    byte[] descriptor = OpenModule.descriptor(Map.of(), Set.of("a.Service"), Set.of());
    String own = new String(descriptor, StandardCharsets.ISO_8859_1);

    String merged = contents(merge(jar("first", Map.of(DESCRIPTOR, own)))).get(DESCRIPTOR);

    byte[] bytes = Objects.requireNonNull(merged).getBytes(StandardCharsets.ISO_8859_1);
    assertEquals(Set.of("a.Service"), ModuleDescriptor.read(ByteBuffer.wrap(bytes)).uses());
  }

  @Test
  void sameJars_giveTheSameBytes() throws IOException {
    Path first = jar("first", Map.of("a/A.class", "A", "x", "x"));
    Path second = jar("second", Map.of("b/B.class", "B", "x", "x"));
    byte[] once = Files.readAllBytes(merge(first, second));
    assertArrayEquals(once, Files.readAllBytes(merge(second, first)));
  }

  @Test
  void multiReleaseJar_givesTheHighestVariantThatTheReleaseTakes() throws IOException {
    Path jar =
        jar(
            "multi",
            Map.of(
                "a/A.class", "8",
                "META-INF/versions/9/a/A.class", "9",
                "META-INF/versions/17/a/A.class", "17",
                "META-INF/versions/21/a/A.class", "21",
                "META-INF/versions/11/a/New.class", "11"));

    Map<String, String> merged = contents(merge(jar));

    assertEquals("17", merged.get("a/A.class"));
    assertEquals("11", merged.get("a/New.class"));
    assertTrue(merged.keySet().stream().noneMatch(name -> name.startsWith("META-INF/versions")));
  }

  @Test
  void services_areJoined() throws IOException {
    Path first = jar("first", Map.of(SERVICE, "a.Provider"));
    Path second = jar("second", Map.of(SERVICE, "b.Provider\n"));
    assertEquals("a.Provider\nb.Provider\n", contents(merge(first, second)).get(SERVICE));
  }

  @Test
  void fileInTwoJars_withDifferentContent_endsTheBuild() throws IOException {
    MergedJar merged = new MergedJar(17, List.of());
    merged.add(jar("first", Map.of("a/A.class", "one")));
    Path second = jar("second", Map.of("a/A.class", "two"));

    String refusal = assertThrows(IOException.class, () -> merged.add(second)).getMessage();

    assertTrue(refusal.contains("a/A.class"), refusal);
    assertTrue(refusal.contains("first.jar") && refusal.contains("second.jar"), refusal);
  }

  @Test
  void licences_arePutBesideTheModule() throws IOException {
    MergedJar merged = new MergedJar(17, List.of());
    merged.add(jar("first", Map.of("META-INF/LICENSE.txt", "terms")));
    merged.writeBeside(folder);
    assertEquals("terms", Files.readString(folder.resolve("legal/first.jar/LICENSE.txt")));
  }

  @Test
  void nativeLibraries_ofTheBoard_lieBesideTheModule() throws IOException {
    Path jar =
        jar("jna", Map.of("linux-arm/jna.so", "arm", "linux-armel/jna.so", "armel", "a/A", "A"));
    MergedJar merged = new MergedJar(17, List.of("linux-arm"));
    merged.add(jar);
    Path out = folder.resolve("merged.jar");

    merged.write(out, Set.of());
    merged.writeBeside(folder);

    assertEquals("arm", Files.readString(folder.resolve("native/jna.so")));
    assertEquals(Set.of("a/A", DESCRIPTOR), contents(out).keySet());
  }

  @Test
  void nativeLibraries_ofOneName_endTheBuild() throws IOException {
    MergedJar merged = new MergedJar(17, List.of("one", "two"));
    Path jar = jar("natives", Map.of("one/lib.so", "1", "two/lib.so", "2"));
    String refusal = assertThrows(IOException.class, () -> merged.add(jar)).getMessage();
    assertTrue(refusal.contains("lib.so"), refusal);
  }

  @Test
  void nativeLibraries_notAskedFor_stayInTheModule() throws IOException {
    assertEquals("x", contents(merge(jar("native", Map.of("linux/x.so", "x")))).get("linux/x.so"));
  }

  @Test
  void signedJar_isVerifiedAndItsSignatureLeftOut() throws Exception {
    Path signed = sign(jar("signed", Map.of("a/A.class", "A")));
    assertTrue(contents(signed).containsKey("META-INF/TEST.SF"));

    MergedJar merged = new MergedJar(17, List.of());
    String said = merged.add(signed);
    Path out = folder.resolve("merged.jar");
    merged.write(out, Set.of());

    assertTrue(said.endsWith("signature verified and left out"), said);
    assertNull(contents(out).get("META-INF/TEST.SF"));
    assertEquals("A", contents(out).get("a/A.class"));
  }

  @Test
  void signedJar_withAChangedClass_isRefused() throws Exception {
    Map<String, String> files = contents(sign(jar("signed", Map.of("a/A.class", "A"))));
    files.put("a/A.class", "B");
    Path changed = jar("changed", files);
    assertThrows(SecurityException.class, () -> new MergedJar(17, List.of()).add(changed));
  }

  @Test
  void signedJar_withAnAddedClass_isRefused() throws Exception {
    Map<String, String> files = contents(sign(jar("signed", Map.of("a/A.class", "A"))));
    files.put("a/Added.class", "B");
    Path changed = jar("changed", files);
    String refusal =
        assertThrows(SecurityException.class, () -> new MergedJar(17, List.of()).add(changed))
            .getMessage();
    assertTrue(refusal.contains("a/Added.class"), refusal);
  }

  private Path sign(Path jar) throws Exception {
    TestIdentity signer = TestCertificates.selfSigned("Signer").key(KeyKind.RSA_2048).create();
    Path out = jar.resolveSibling("out-" + jar.getFileName());
    var path = CertificateFactory.getInstance("X.509").generateCertPath(signer.chain());
    try (ZipFile in = new ZipFile(jar.toFile());
        var signed = Files.newOutputStream(out)) {
      new JarSigner.Builder(signer.privateKey(), path).signerName("TEST").build().sign(in, signed);
    }
    return out;
  }

  private Path merge(Path... jars) throws IOException {
    MergedJar merged = new MergedJar(17, List.of());
    for (Path jar : jars) {
      merged.add(jar);
    }
    Path out = folder.resolve("merged.jar");
    merged.write(out, Set.of());
    return out;
  }

  private Path jar(String name, Map<String, String> files) throws IOException {
    Path jar = folder.resolve(name + ".jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      // A reader of signed jars wants the manifest first, and signature files next.
      Map<String, String> ordered = new TreeMap<>(files);
      for (String first : new String[] {"META-INF/MANIFEST.MF", "META-INF/TEST.SF"}) {
        String content = ordered.remove(first);
        if (content != null) {
          put(zip, first, content);
        }
      }
      for (Map.Entry<String, String> file : ordered.entrySet()) {
        put(zip, file.getKey(), file.getValue());
      }
    }
    return jar;
  }

  private static void put(ZipOutputStream zip, String name, String content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content.getBytes(StandardCharsets.ISO_8859_1));
    zip.closeEntry();
  }

  /** ISO 8859-1 keeps every byte. */
  private static Map<String, String> contents(Path jar) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : java.util.Collections.list(zip.entries())) {
        if (!entry.isDirectory()) {
          byte[] bytes = zip.getInputStream(entry).readAllBytes();
          contents.put(entry.getName(), new String(bytes, StandardCharsets.ISO_8859_1));
        }
      }
    }
    return contents;
  }
}
