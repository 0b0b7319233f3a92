package io.mooring.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
 * <p>The code of a lambda stays in its own method, so line numbers stay too; a stack trace shows one
 * frame more, which the JVM otherwise hides. Left as they are: lambdas that {@link LambdaClass} does
 * not take, and classes older than Java 11, whose private methods no other class can reach.
 */
final class PlainLambdas {
  private static final int API = Opcodes.ASM9;
  private static final int MAGIC = 0xCAFEBABE;

  private final Map<String, byte[]> changed = new TreeMap<>();
  private final Map<String, List<String>> membersByHost = new TreeMap<>();

  private PlainLambdas() {}

  /**
   * What becomes of classes.
   *
   * @param files by their path in the jar; all of them, since a nest may be any of them
   * @return those that differ from what was given, and new ones
   */
  static Map<String, byte[]> of(Map<String, byte[]> files) {
    PlainLambdas plain = new PlainLambdas();
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      if (isClassWithNests(file.getKey(), file.getValue())) {
        plain.rewrite(file.getValue());
      }
    }
    for (Map.Entry<String, List<String>> nest : plain.membersByHost.entrySet()) {
      String path = path(nest.getKey());
      byte[] host = plain.changed.getOrDefault(path, files.get(path));
      plain.changed.put(path, withMembers(host, nest.getValue()));
    }
    return plain.changed;
  }

  private static boolean isClassWithNests(String path, byte[] file) {
    return path.endsWith(".class")
        && file.length > 8
        && (file[0] << 24 | (file[1] & 0xFF) << 16 | (file[2] & 0xFF) << 8 | file[3] & 0xFF) == MAGIC
        && ((file[6] & 0xFF) << 8 | file[7] & 0xFF) >= Opcodes.V11;
  }

  private static String path(String internalName) {
    return internalName + ".class";
  }

  private void rewrite(byte[] file) {
    ClassReader reader = new ClassReader(file);
    ClassWriter writer = new ClassWriter(0);
    Rewriting rewriting = new Rewriting(writer);
    reader.accept(rewriting, 0);
    if (!rewriting.made.isEmpty()) {
      changed.put(path(rewriting.name), writer.toByteArray());
      membersByHost
          .computeIfAbsent(rewriting.host, host -> new ArrayList<>())
          .addAll(rewriting.made);
    }
  }

  private static byte[] withMembers(byte[] host, List<String> members) {
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
  private final class Rewriting extends ClassVisitor {
    private final List<String> made = new ArrayList<>();
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
      changed.put(path(called), lambda.write(version, called, host, source));
      made.add(called);
      return called;
    }
  }
}
