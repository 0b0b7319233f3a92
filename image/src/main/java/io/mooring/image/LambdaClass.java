package io.mooring.image;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * The class of one lambda or method reference, as {@code LambdaMetafactory} makes it: final, holds
 * what was captured, implements one method by calling another.
 *
 * @param owner the class that the lambda stands in
 * @param method the name of the functional interface's method
 * @param factory what is captured, and the functional interface
 * @param erased the type of the interface's method
 * @param target what it calls
 * @param actual {@code erased} with the types that the lambda has
 */
record LambdaClass(
    String owner, String method, Type factory, Type erased, Handle target, Type actual) {
  /** The static method that takes what is captured and gives the lambda. */
  static final String MAKE = "make";

  private static final String METAFACTORY = "java/lang/invoke/LambdaMetafactory";
  private static final String ONE = "ONE";
  private static final String CONSTRUCTOR = "<init>";
  private static final String OBJECT = "java/lang/Object";
  private static final Type ANY = Type.getObjectType(OBJECT);
  private static final int ARGUMENTS = 3;

  /**
   * The class for a call site, or null if it is to stay: no lambda, a serializable one, one with
   * markers or bridges, or one where a value has to be boxed, unboxed or widened on its way.
   */
  static @Nullable LambdaClass of(
      String owner, String method, String descriptor, Handle bootstrap, Object... arguments) {
    if (!bootstrap.getOwner().equals(METAFACTORY)
        || !bootstrap.getName().equals("metafactory")
        || arguments.length != ARGUMENTS) {
      return null;
    }
    LambdaClass lambda =
        new LambdaClass(
            owner,
            method,
            Type.getMethodType(descriptor),
            (Type) arguments[0],
            (Handle) arguments[1],
            (Type) arguments[2]);
    return lambda.canCall() && lambda.canPass() && lambda.canReturn() ? lambda : null;
  }

  /** A superclass's method, called as such, can be reached from the class itself alone. */
  private boolean canCall() {
    return switch (target.getTag()) {
      case Opcodes.H_INVOKESTATIC,
          Opcodes.H_INVOKEVIRTUAL,
          Opcodes.H_INVOKEINTERFACE,
          Opcodes.H_NEWINVOKESPECIAL ->
          !target.getOwner().startsWith("[");
      case Opcodes.H_INVOKESPECIAL ->
          target.getOwner().equals(owner) && target.getName().startsWith("lambda$");
      default -> false;
    };
  }

  private boolean canPass() {
    Type[] captured = factory.getArgumentTypes();
    Type[] given = erased.getArgumentTypes();
    Type[] taken = taken();
    if (captured.length + given.length != taken.length) {
      return false;
    }
    for (int i = 0; i < taken.length; i++) {
      Type from = i < captured.length ? captured[i] : given[i - captured.length];
      if (!isAlike(from, taken[i])) {
        return false;
      }
    }
    return true;
  }

  private boolean canReturn() {
    return erased.getReturnType().equals(Type.VOID_TYPE)
        || isAlike(returned(), erased.getReturnType());
  }

  /** One primitive type, or two references. */
  private static boolean isAlike(Type one, Type other) {
    return isReference(one) ? isReference(other) : one.equals(other);
  }

  private static boolean isReference(Type type) {
    return type.getSort() == Type.OBJECT || type.getSort() == Type.ARRAY;
  }

  /** What the target takes, an object that it is called on first. */
  private Type[] taken() {
    Type[] arguments = Type.getArgumentTypes(target.getDesc());
    if (target.getTag() == Opcodes.H_INVOKESTATIC || isConstructor()) {
      return arguments;
    }
    Type[] all = new Type[arguments.length + 1];
    all[0] = Type.getObjectType(target.getOwner());
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return all;
  }

  private Type returned() {
    return isConstructor()
        ? Type.getObjectType(target.getOwner())
        : Type.getReturnType(target.getDesc());
  }

  private boolean isConstructor() {
    return target.getTag() == Opcodes.H_NEWINVOKESPECIAL;
  }

  /**
   * The class file.
   *
   * @param host of the nest, whose private methods it may call
   * @param source the file that stack traces name
   */
  byte[] write(int version, String name, String host, @Nullable String source) {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    String implemented = factory.getReturnType().getInternalName();
    writer.visit(
        version,
        Opcodes.ACC_FINAL | Opcodes.ACC_SUPER | Opcodes.ACC_SYNTHETIC,
        name,
        null,
        OBJECT,
        new String[] {implemented});
    writer.visitSource(source, null);
    writer.visitNestHost(host);
    constructor(writer, name);
    maker(writer, name);
    implementation(writer, name);
    writer.visitEnd();
    return writer.toByteArray();
  }

  private void constructor(ClassWriter writer, String name) {
    Type[] captured = factory.getArgumentTypes();
    MethodVisitor code = begin(writer, Opcodes.ACC_PRIVATE, CONSTRUCTOR, constructorDescriptor());
    code.visitVarInsn(Opcodes.ALOAD, 0);
    code.visitMethodInsn(Opcodes.INVOKESPECIAL, OBJECT, CONSTRUCTOR, "()V", false);
    int at = 1;
    for (int i = 0; i < captured.length; i++) {
      String descriptor = captured[i].getDescriptor();
      writer.visitField(Opcodes.ACC_PRIVATE | Opcodes.ACC_FINAL, field(i), descriptor, null, null);
      code.visitVarInsn(Opcodes.ALOAD, 0);
      code.visitVarInsn(captured[i].getOpcode(Opcodes.ILOAD), at);
      code.visitFieldInsn(Opcodes.PUTFIELD, name, field(i), descriptor);
      at += captured[i].getSize();
    }
    end(code, Opcodes.RETURN);
  }

  /** What captures nothing is one object for all, as it is when the JVM makes it. */
  private void maker(ClassWriter writer, String name) {
    Type[] captured = factory.getArgumentTypes();
    MethodVisitor code = begin(writer, Opcodes.ACC_STATIC, MAKE, factory.getDescriptor());
    if (captured.length == 0) {
      String type = Type.getObjectType(name).getDescriptor();
      code.visitFieldInsn(Opcodes.GETSTATIC, name, ONE, type);
      writer.visitField(
          Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC | Opcodes.ACC_FINAL, ONE, type, null, null);
      MethodVisitor once = begin(writer, Opcodes.ACC_STATIC, "<clinit>", "()V");
      newInstance(once, name);
      once.visitFieldInsn(Opcodes.PUTSTATIC, name, ONE, type);
      end(once, Opcodes.RETURN);
    } else {
      newInstance(code, name);
    }
    end(code, Opcodes.ARETURN);
  }

  private void newInstance(MethodVisitor code, String name) {
    code.visitTypeInsn(Opcodes.NEW, name);
    code.visitInsn(Opcodes.DUP);
    int at = 0;
    for (Type each : factory.getArgumentTypes()) {
      code.visitVarInsn(each.getOpcode(Opcodes.ILOAD), at);
      at += each.getSize();
    }
    code.visitMethodInsn(Opcodes.INVOKESPECIAL, name, CONSTRUCTOR, constructorDescriptor(), false);
  }

  private void implementation(ClassWriter writer, String name) {
    MethodVisitor code = begin(writer, Opcodes.ACC_PUBLIC, method, erased.getDescriptor());
    if (isConstructor()) {
      code.visitTypeInsn(Opcodes.NEW, target.getOwner());
      code.visitInsn(Opcodes.DUP);
    }
    Type[] captured = factory.getArgumentTypes();
    for (int i = 0; i < captured.length; i++) {
      code.visitVarInsn(Opcodes.ALOAD, 0);
      code.visitFieldInsn(Opcodes.GETFIELD, name, field(i), captured[i].getDescriptor());
    }
    Type[] given = erased.getArgumentTypes();
    Type[] taken = taken();
    int at = 1;
    for (int i = 0; i < given.length; i++) {
      code.visitVarInsn(given[i].getOpcode(Opcodes.ILOAD), at);
      at += given[i].getSize();
      // The lambda's own types can be reached from where it stands; those of a method in another
      // class perhaps not, but then the type that the lambda has suits them.
      boolean own = target.getOwner().equals(owner);
      cast(code, given[i], own ? taken[captured.length + i] : actual.getArgumentTypes()[i]);
    }
    code.visitMethodInsn(
        opcode(), target.getOwner(), target.getName(), target.getDesc(), target.isInterface());
    Type wanted = erased.getReturnType();
    if (!wanted.equals(Type.VOID_TYPE)) {
      cast(code, returned(), wanted);
    } else if (returned().getSize() > 0) {
      code.visitInsn(returned().getSize() == 2 ? Opcodes.POP2 : Opcodes.POP);
    }
    end(code, wanted.getOpcode(Opcodes.IRETURN));
  }

  private int opcode() {
    return switch (target.getTag()) {
      case Opcodes.H_INVOKESTATIC -> Opcodes.INVOKESTATIC;
      case Opcodes.H_NEWINVOKESPECIAL -> Opcodes.INVOKESPECIAL;
      // A private method of the nest is called like any other.
      default -> target.isInterface() ? Opcodes.INVOKEINTERFACE : Opcodes.INVOKEVIRTUAL;
    };
  }

  private static void cast(MethodVisitor code, Type from, Type to) {
    if (isReference(to) && !to.equals(from) && !to.equals(ANY)) {
      code.visitTypeInsn(Opcodes.CHECKCAST, to.getInternalName());
    }
  }

  private static MethodVisitor begin(ClassWriter writer, int access, String name, String type) {
    MethodVisitor code = writer.visitMethod(access, name, type, null, null);
    code.visitCode();
    return code;
  }

  private static void end(MethodVisitor code, int opcode) {
    code.visitInsn(opcode);
    code.visitMaxs(0, 0);
    code.visitEnd();
  }

  private String constructorDescriptor() {
    return Type.getMethodDescriptor(Type.VOID_TYPE, factory.getArgumentTypes());
  }

  private static String field(int captured) {
    return "captured" + captured;
  }
}
