package io.mooring.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

class PlainLambdasTest {
  private static final String SAMPLES = path(LambdaSamples.class);
  private static final String INNER = path(LambdaSamples.Inner.class);

  /** Seen by the test and by what is loaded anew. */
  public interface Samples {
    List<Object> results();

    Supplier<Object> same();

    void fail();

    Object polluted();
  }

  private final Map<String, byte[]> files = new TreeMap<>();
  private Map<String, byte[]> changed = Map.of();
  private Samples samples = new LambdaSamples();

  @BeforeEach
  void transform() throws Exception {
    for (Class<?> each :
        List.of(LambdaSamples.class, LambdaSamples.Inner.class, LambdaSamples.Joining.class)) {
      files.put(path(each), bytes(each));
    }
    changed = PlainLambdas.of(files);
    Map<String, byte[]> all = new TreeMap<>(files);
    all.putAll(changed);
    samples = loaded(all);
  }

  @Test
  void lambdas_asClasses_doTheSame() {
    assertEquals(new LambdaSamples().results(), samples.results());
    assertNotSame(LambdaSamples.class, samples.getClass());
  }

  @Test
  void callSites_thatNeedNoBoxing_areGone() {
    assertEquals(List.of(), lambdasLeft(INNER));
    // Boxed, widened, unboxed; serializable, and what reads such a one.
    assertEquals(List.of("apply", "applyAsLong", "applyAsInt", "get", "get"), lambdasLeft(SAMPLES));
  }

  @Test
  void madeClasses_belongToTheNestOfTheOutermostClass() {
    List<String> members = new ArrayList<>();
    read(
        SAMPLES,
        new ClassVisitor(Opcodes.ASM9) {
          @Override
          public void visitNestMember(String member) {
            members.add(member + ".class");
          }
        });
    List<String> made = changed.keySet().stream().filter(name -> !files.containsKey(name)).toList();
    assertTrue(
        made.stream().anyMatch(name -> name.startsWith("io/mooring/image/LambdaSamples$Inner$")));
    assertTrue(members.containsAll(made), made + " of " + members);
  }

  @Test
  void lambda_thatCapturesNothing_isOneObject() {
    assertSame(samples.same(), samples.same());
  }

  @Test
  void stackTrace_keepsTheLineOfTheLambda() {
    IllegalStateException ours =
        assertThrows(IllegalStateException.class, new LambdaSamples()::fail);
    IllegalStateException made = assertThrows(IllegalStateException.class, samples::fail);
    assertEquals(ours.getStackTrace()[0].getLineNumber(), made.getStackTrace()[0].getLineNumber());
    assertEquals("LambdaSamples.java", made.getStackTrace()[1].getFileName());
  }

  @Test
  void heapPollution_isFoundAsBefore() {
    assertThrows(ClassCastException.class, new LambdaSamples()::polluted);
    assertThrows(ClassCastException.class, samples::polluted);
  }

  @Test
  void sameFiles_giveTheSameBytes() {
    Map<String, byte[]> again = PlainLambdas.of(files);
    assertEquals(changed.keySet(), again.keySet());
    changed.forEach((name, bytes) -> assertArrayEquals(bytes, again.get(name), name));
  }

  @Test
  void whatIsNoClass_orOlderThanNests_staysAsItIs() {
    byte[] old = files.get(SAMPLES).clone();
    old[7] = 52;
    assertEquals(
        Map.of(),
        PlainLambdas.of(
            Map.of(
                SAMPLES, old, "a/A.class", "no class".getBytes(StandardCharsets.UTF_8), "b", old)));
  }

  private List<String> lambdasLeft(String path) {
    List<String> names = new ArrayList<>();
    read(
        path,
        new ClassVisitor(Opcodes.ASM9) {
          @Override
          public MethodVisitor visitMethod(
              int access, String name, String descriptor, String signature, String[] exceptions) {
            return new MethodVisitor(Opcodes.ASM9) {
              @Override
              public void visitInvokeDynamicInsn(
                  String name, String descriptor, Handle bootstrap, Object... arguments) {
                if (bootstrap.getOwner().endsWith("/LambdaMetafactory")) {
                  names.add(name);
                }
              }
            };
          }
        });
    return names;
  }

  private void read(String path, ClassVisitor visitor) {
    new ClassReader(changed.getOrDefault(path, files.get(path))).accept(visitor, 0);
  }

  private static Samples loaded(Map<String, byte[]> all) throws Exception {
    ClassLoader loader =
        new ClassLoader(PlainLambdasTest.class.getClassLoader()) {
          @Override
          protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            byte[] file = all.get(name.replace('.', '/') + ".class");
            if (file == null) {
              return super.loadClass(name, resolve);
            }
            Class<?> known = findLoadedClass(name);
            return known != null ? known : defineClass(name, file, 0, file.length);
          }
        };
    return (Samples) loader.loadClass(LambdaSamples.class.getName()).getConstructor().newInstance();
  }

  private static byte[] bytes(Class<?> type) throws IOException {
    try (InputStream in = type.getClassLoader().getResourceAsStream(path(type))) {
      return Objects.requireNonNull(in).readAllBytes();
    }
  }

  private static String path(Class<?> type) {
    return type.getName().replace('.', '/') + ".class";
  }
}
