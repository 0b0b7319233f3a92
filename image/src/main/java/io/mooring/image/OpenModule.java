package io.mooring.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.lang.model.SourceVersion;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.ModuleVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * The descriptor of the module that a program and its libraries become, with the rights that they
 * have on a class path.
 *
 * <ul>
 *   <li>It is open: at run time every package of it is exported and can be reflected into.
 *   <li>It reads what it is told to read: every module of the JVM.
 *   <li>It provides what {@code META-INF/services} names, since a class path's service files are
 *       not looked at for classes of a module.
 *   <li>It uses whatever a descriptor of a jar names, whatever it provides itself, and each class
 *       constant of a method that calls a {@code ServiceLoader}. Too many cost nothing.
 * </ul>
 */
final class OpenModule {
  static final String NAME = "mooring.device";
  static final String SERVICES = "META-INF/services/";

  /**
   * A JVM that wants one of the JDK's own providers instantiates those of the program's module
   * first: Bouncy Castle's, at each start. Whoever wants that one names its class in {@code
   * java.security} or registers it, neither of which asks for services.
   */
  private static final String SECURITY_PROVIDER = "java.security.Provider";

  private static final int API = Opcodes.ASM9;
  private static final String SERVICE_LOADER = "java/util/ServiceLoader";
  private static final String CLASS = ".class";

  private final Map<String, byte[]> files;
  private final Set<String> uses;
  private final Map<String, Set<String>> provided = new TreeMap<>();

  private OpenModule(Map<String, byte[]> files, Set<String> uses) {
    this.files = files;
    this.uses = new TreeSet<>(uses);
  }

  /**
   * The class file {@code module-info.class}.
   *
   * @param files all of the module, by path
   * @param uses services that are known to be asked for
   * @param reads other modules
   * @throws IOException if a class is in no package, or a service file names a class that is not
   *     there
   */
  static byte[] descriptor(Map<String, byte[]> files, Set<String> uses, Set<String> reads)
      throws IOException {
    OpenModule module = new OpenModule(files, uses);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      String path = file.getKey();
      if (path.startsWith(SERVICES)) {
        module.provide(path.substring(SERVICES.length()), file.getValue());
      } else if (path.endsWith(CLASS)) {
        module.look(path, file.getValue());
      }
    }
    return module.write(reads);
  }

  private void provide(String service, byte[] file) throws IOException {
    if (service.equals(SECURITY_PROVIDER)) {
      return;
    }
    Set<String> providers = new TreeSet<>();
    for (String line : new String(file, StandardCharsets.UTF_8).split("\\R", -1)) {
      String provider = line.replaceFirst("#.*", "").strip();
      if (provider.isEmpty()) {
        continue;
      }
      if (!files.containsKey(provider.replace('.', '/') + CLASS)) {
        throw new IOException(SERVICES + service + " names " + provider + ", which is in no jar");
      }
      providers.add(internal(provider));
    }
    uses.add(service);
    if (!providers.isEmpty()) {
      provided.put(internal(service), providers);
    }
  }

  private void look(String path, byte[] file) throws IOException {
    if (path.indexOf('/') < 0) {
      throw new IOException(path + " is in no package, and a module has none without a name");
    }
    // A name in the constant pool is found in the bytes; most classes need not be read.
    if (!new String(file, StandardCharsets.ISO_8859_1).contains(SERVICE_LOADER)) {
      return;
    }
    new ClassReader(file)
        .accept(
            new ClassVisitor(API) {
              @Override
              public MethodVisitor visitMethod(
                  int access,
                  String name,
                  String descriptor,
                  @Nullable String signature,
                  String @Nullable [] exceptions) {
                return new Services();
              }
            },
            ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
  }

  /** A method's class constants, if it asks for services. */
  private final class Services extends MethodVisitor {
    private final Set<String> constants = new TreeSet<>();
    private boolean asks;

    private Services() {
      super(API);
    }

    @Override
    public void visitLdcInsn(Object value) {
      if (value instanceof Type type && type.getSort() == Type.OBJECT) {
        constants.add(type.getClassName());
      }
    }

    @Override
    public void visitMethodInsn(
        int opcode, String owner, String name, String descriptor, boolean isInterface) {
      asks |= owner.equals(SERVICE_LOADER) && name.startsWith("load");
    }

    @Override
    public void visitEnd() {
      if (asks) {
        uses.addAll(constants);
      }
    }
  }

  private byte[] write(Set<String> reads) {
    Set<String> packages = packages();
    ClassWriter writer = new ClassWriter(0);
    writer.visit(Opcodes.V17, Opcodes.ACC_MODULE, "module-info", null, null, null);
    ModuleVisitor module = writer.visitModule(NAME, Opcodes.ACC_OPEN, null);
    packages.forEach(module::visitPackage);
    module.visitRequire("java.base", Opcodes.ACC_MANDATED, null);
    for (String other : new TreeSet<>(reads)) {
      if (!other.equals("java.base")) {
        module.visitRequire(other, 0, null);
      }
    }
    // One is enough to be resolved for a program on the class path; being open exports the others.
    packages.stream()
        .filter(each -> files.keySet().stream().anyMatch(path -> isClassOf(each, path)))
        .findFirst()
        .ifPresent(each -> module.visitExport(each, 0));
    uses.forEach(service -> module.visitUse(internal(service)));
    provided.forEach(
        (service, providers) -> module.visitProvide(service, providers.toArray(String[]::new)));
    module.visitEnd();
    writer.visitEnd();
    return writer.toByteArray();
  }

  /** Folders that are packages by their names; one that is none is open anyway. */
  private Set<String> packages() {
    Set<String> packages = new TreeSet<>();
    for (String path : files.keySet()) {
      int end = path.lastIndexOf('/');
      if (end > 0 && SourceVersion.isName(path.substring(0, end).replace('/', '.'))) {
        packages.add(path.substring(0, end));
      }
    }
    return packages;
  }

  private static boolean isClassOf(String folder, String path) {
    return path.endsWith(CLASS)
        && path.startsWith(folder + "/")
        && path.lastIndexOf('/') == folder.length();
  }

  private static String internal(String name) {
    return name.replace('.', '/');
  }
}
