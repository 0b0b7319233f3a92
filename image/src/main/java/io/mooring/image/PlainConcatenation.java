package io.mooring.image;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Strings put together by a {@link StringBuilder}, each in a method of its own, where a compiler
 * left that to the JVM: the first such call site brings in method handles and their code generator,
 * a hundred classes, and each one is linked by interpreted code.
 */
final class PlainConcatenation extends ClassVisitor {
  private static final int API = Opcodes.ASM9;
  private static final String FACTORY = "java/lang/invoke/StringConcatFactory";
  private static final String BOOTSTRAP = "makeConcatWithConstants";
  private static final String BUILDER = "java/lang/StringBuilder";
  private static final char ARGUMENT = '\1';
  private static final char CONSTANT = '\2';
  private static final int BUILDER_AND_ARGUMENT = 3;

  private final Map<String, Site> sites = new TreeMap<>();
  private String name = "";
  private boolean isInterface;

  private record Site(String descriptor, String recipe) {}

  private PlainConcatenation(ClassVisitor next) {
    super(API, next);
  }

  /** The class as it is to be; the same bytes if it leaves nothing to the JVM. */
  static byte[] of(byte[] file) {
    if (!new String(file, StandardCharsets.ISO_8859_1).contains(BOOTSTRAP)) {
      return file;
    }
    ClassWriter writer = new ClassWriter(0);
    PlainConcatenation plain = new PlainConcatenation(writer);
    new ClassReader(file).accept(plain, 0);
    return plain.sites.isEmpty() ? file : writer.toByteArray();
  }

  @Override
  public void visit(
      int version,
      int access,
      String name,
      @Nullable String signature,
      @Nullable String superName,
      String @Nullable [] interfaces) {
    this.name = name;
    isInterface = (access & Opcodes.ACC_INTERFACE) != 0;
    super.visit(version, access, name, signature, superName, interfaces);
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
        if (bootstrap.getOwner().equals(FACTORY)
            && bootstrap.getName().equals(BOOTSTRAP)
            && ((String) arguments[0]).indexOf(CONSTANT) < 0) {
          String method = method(new Site(descriptor, (String) arguments[0]));
          super.visitMethodInsn(
              Opcodes.INVOKESTATIC, PlainConcatenation.this.name, method, descriptor, isInterface);
        } else {
          super.visitInvokeDynamicInsn(name, descriptor, bootstrap, arguments);
        }
      }
    };
  }

  private String method(Site site) {
    String method = "concatenation$" + sites.size();
    sites.put(method, site);
    return method;
  }

  @Override
  public void visitEnd() {
    sites.forEach(this::write);
    super.visitEnd();
  }

  private void write(String method, Site site) {
    MethodVisitor code =
        super.visitMethod(
            Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC | Opcodes.ACC_SYNTHETIC,
            method,
            site.descriptor,
            null,
            null);
    code.visitCode();
    code.visitTypeInsn(Opcodes.NEW, BUILDER);
    code.visitInsn(Opcodes.DUP);
    code.visitMethodInsn(Opcodes.INVOKESPECIAL, BUILDER, "<init>", "()V", false);
    Type[] arguments = Type.getArgumentTypes(site.descriptor);
    int argument = 0;
    int local = 0;
    int at = 0;
    while (at < site.recipe.length()) {
      if (site.recipe.charAt(at) == ARGUMENT) {
        Type type = arguments[argument++];
        code.visitVarInsn(type.getOpcode(Opcodes.ILOAD), local);
        append(code, taken(type));
        local += type.getSize();
        at++;
      } else {
        int next = site.recipe.indexOf(ARGUMENT, at);
        int end = next < 0 ? site.recipe.length() : next;
        code.visitLdcInsn(site.recipe.substring(at, end));
        append(code, "Ljava/lang/String;");
        at = end;
      }
    }
    code.visitMethodInsn(Opcodes.INVOKEVIRTUAL, BUILDER, "toString", "()Ljava/lang/String;", false);
    code.visitInsn(Opcodes.ARETURN);
    code.visitMaxs(BUILDER_AND_ARGUMENT, local);
    code.visitEnd();
  }

  private static void append(MethodVisitor code, String type) {
    code.visitMethodInsn(
        Opcodes.INVOKEVIRTUAL, BUILDER, "append", "(" + type + ")L" + BUILDER + ";", false);
  }

  /** An array of characters is an object like any other here, and not its characters. */
  private static String taken(Type type) {
    return switch (type.getSort()) {
      case Type.BYTE, Type.SHORT -> "I";
      case Type.OBJECT, Type.ARRAY ->
          type.getClassName().equals("java.lang.String")
              ? "Ljava/lang/String;"
              : "Ljava/lang/Object;";
      default -> type.getDescriptor();
    };
  }
}
