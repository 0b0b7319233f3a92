package io.mooring.image;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Makes the class of each lambda and method reference ahead of time. A JVM makes it when the call
 * site is first reached, by interpreted code; an AppCDS archive spares it the class but not the
 * linking of the call site, and a start reaches more than a hundred.
 *
 * <p>The code of a lambda stays in its own method, so line numbers stay too; a stack trace shows
 * one frame more, which the JVM otherwise hides. Left as they are: lambdas that {@link LambdaClass}
 * does not take, and classes older than Java 11, whose private methods no other class can reach.
 */
final class PlainLambdas {
  private static final int API = Opcodes.ASM9;
  private static final int MAGIC = 0xCAFEBABE;
  private static final int HEADER = 2 * Integer.BYTES;
  private static final int MAJOR = 0xFFFF;

  private final Map<String, byte[]> files;
  private final Map<String, byte[]> changed = new TreeMap<>();

  private PlainLambdas(Map<String, byte[]> files) {
    this.files = files;
  }

  /**
   * What becomes of classes.
   *
   * @param files by their path in the jar; all of them, since a nest may be any of them
   * @return those that differ from what was given, and new ones
   */
  static Map<String, byte[]> of(Map<String, byte[]> files) {
    PlainLambdas plain = new PlainLambdas(files);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      if (isClassWithNests(file.getKey(), file.getValue())) {
        plain.rewrite(file.getKey(), file.getValue());
      }
    }
    return plain.changed;
  }

  private static boolean isClassWithNests(String path, byte[] file) {
    if (!path.endsWith(".class") || file.length < HEADER) {
      return false;
    }
    ByteBuffer header = ByteBuffer.wrap(file);
    return header.getInt() == MAGIC && (header.getInt() & MAJOR) >= Opcodes.V11;
  }

  private static String path(String internalName) {
    return internalName + ".class";
  }

  private void rewrite(String path, byte[] file) {
    ClassWriter writer = new ClassWriter(0);
    Rewriting rewriting = new Rewriting(writer);
    // What was changed before as the host of another class's nest is changed further.
    new ClassReader(changed.getOrDefault(path, file)).accept(rewriting, 0);
    if (rewriting.made.isEmpty() || !files.containsKey(path(rewriting.host))) {
      return;
    }
    changed.put(path, writer.toByteArray());
    rewriting.made.forEach((name, bytes) -> changed.put(path(name), bytes));
    String host = path(rewriting.host);
    byte[] before = Objects.requireNonNull(changed.getOrDefault(host, files.get(host)));
    changed.put(host, withMembers(before, rewriting.made.keySet()));
  }

  private static byte[] withMembers(byte[] host, Set<String> members) {
    ClassWriter writer = new ClassWriter(0);
    new ClassReader(host)
        .accept(
            new ClassVisitor(API, writer) {
              @Override
              public void visitEnd() {
                members.forEach(this::visitNestMember);
                super.visitEnd();
              }
            },
            0);
    return writer.toByteArray();
  }

  /** One class: in the place of each {@code invokedynamic} a call of the class made for it. */
  private static final class Rewriting extends ClassVisitor {
    private final Map<String, byte[]> made = new LinkedHashMap<>();
    private String name = "";
    private String host = "";
    private int version;
    private @Nullable String source;

    private Rewriting(ClassVisitor next) {
      super(API, next);
    }

    @Override
    public void visit(
        int version,
        int access,
        String name,
        @Nullable String signature,
        @Nullable String superName,
        String @Nullable [] interfaces) {
      this.version = version;
      this.name = name;
      host = name;
      super.visit(version, access, name, signature, superName, interfaces);
    }

    @Override
    public void visitSource(@Nullable String source, @Nullable String debug) {
      this.source = source;
      super.visitSource(source, debug);
    }

    @Override
    public void visitNestHost(String nestHost) {
      host = nestHost;
      super.visitNestHost(nestHost);
    }

    @Override
    public MethodVisitor visitMethod(
        int access,
        String name,
        String descriptor,
        @Nullable String signature,
        String @Nullable [] exceptions) {
      MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
      return new MethodVisitor(API, next) {
        @Override
        public void visitInvokeDynamicInsn(
            String name, String descriptor, Handle bootstrap, Object... arguments) {
          LambdaClass lambda =
              LambdaClass.of(Rewriting.this.name, name, descriptor, bootstrap, arguments);
          if (lambda == null) {
            super.visitInvokeDynamicInsn(name, descriptor, bootstrap, arguments);
          } else {
            super.visitMethodInsn(
                Opcodes.INVOKESTATIC, make(lambda), LambdaClass.MAKE, descriptor, false);
          }
        }
      };
    }

    private String make(LambdaClass lambda) {
      String called = name + "$Lambda" + made.size();
      made.put(called, lambda.write(version, called, host, source));
      return called;
    }
  }
}
