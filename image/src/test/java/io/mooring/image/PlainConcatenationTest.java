package io.mooring.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.StringConcatFactory;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

class PlainConcatenationTest {
  private static final String NAME = "io/mooring/image/Concatenated";
  private static final String EVERYTHING =
      "(Ljava/lang/String;Ljava/lang/Object;[CZCBSIJFDLjava/lang/CharSequence;)Ljava/lang/String;";
  private static final String RECIPE = "a\1\1b\1\1\1\1\1\1\1\1\1c\1 \u00e9\ud83d\ude00";
  private static final char[] CHARACTERS = {'x'};

  @Test
  void arguments_ofEveryType_giveTheSameText() throws Exception {
    byte[] file = concatenating(EVERYTHING, RECIPE);
    byte[] plain = PlainConcatenation.of(file);

    assertEquals(List.of(), dynamic(plain));
    assertEquals(called(file), called(plain));
    String text = called(plain);
    assertTrue(text.startsWith("anullnullb[C@"), text);
    assertTrue(text.endsWith("truez-1-23-45.06.0ctext \u00e9\ud83d\ude00"), text);
  }

  @Test
  void constantsOfTheBootstrap_areLeftToTheJvm() throws IOException {
    byte[] file = concatenating("()Ljava/lang/String;", "\2", "constant");
    assertSame(file, PlainConcatenation.of(file));
  }

  @Test
  void classWithoutConcatenation_staysAsItIs() {
    byte[] file = "no class".getBytes(StandardCharsets.UTF_8);
    assertSame(file, PlainConcatenation.of(file));
  }

  @Test
  void callSites_areSeenByThisTest() throws IOException {
    assertFalse(dynamic(concatenating(EVERYTHING, RECIPE)).isEmpty());
  }

  /** A class whose method {@code text} takes what is put together. */
  private static byte[] concatenating(String descriptor, Object... bootstrapArguments) {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, NAME, null, "java/lang/Object", null);
    MethodVisitor code =
        writer.visitMethod(Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC, "text", descriptor, null, null);
    code.visitCode();
    int local = 0;
    for (Type type : Type.getArgumentTypes(descriptor)) {
      code.visitVarInsn(type.getOpcode(Opcodes.ILOAD), local);
      local += type.getSize();
    }
    Handle bootstrap =
        new Handle(
            Opcodes.H_INVOKESTATIC,
            Type.getInternalName(StringConcatFactory.class),
            "makeConcatWithConstants",
            "(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;Ljava/lang/invoke/MethodType;"
                + "Ljava/lang/String;[Ljava/lang/Object;)Ljava/lang/invoke/CallSite;",
            false);
    code.visitInvokeDynamicInsn("text", descriptor, bootstrap, bootstrapArguments);
    code.visitInsn(Opcodes.ARETURN);
    code.visitMaxs(0, 0);
    code.visitEnd();
    writer.visitEnd();
    return writer.toByteArray();
  }

  private static String called(byte[] file) throws Exception {
    Class<?> type = MethodHandles.lookup().defineHiddenClass(file, true).lookupClass();
    for (Method method : type.getMethods()) {
      if (method.getName().equals("text")) {
        return (String)
            method.invoke(
                null,
                null,
                null,
                CHARACTERS,
                true,
                'z',
                (byte) -1,
                (short) -2,
                3,
                -4L,
                5f,
                6d,
                "text");
      }
    }
    throw new AssertionError("no method");
  }

  private static List<String> dynamic(byte[] file) {
    List<String> names = new ArrayList<>();
    new ClassReader(file)
        .accept(
            new ClassVisitor(Opcodes.ASM9) {
              @Override
              public MethodVisitor visitMethod(
                  int access,
                  String name,
                  String descriptor,
                  String signature,
                  String[] exceptions) {
                return new MethodVisitor(Opcodes.ASM9) {
                  @Override
                  public void visitInvokeDynamicInsn(
                      String name, String descriptor, Handle bootstrap, Object... arguments) {
                    names.add(name);
                  }
                };
              }
            },
            0);
    return names;
  }
}
