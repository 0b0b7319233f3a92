package io.mooring.architecture;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.targetOwner;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.JavaModifier.PRIVATE;
import static com.tngtech.archunit.core.domain.JavaModifier.STATIC;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNTHETIC;
import static com.tngtech.archunit.core.domain.JavaModifier.TRANSIENT;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.mooring.offending.CountsGlobally;
import io.mooring.offending.PasswordRecord;
import io.mooring.offending.RegistersGlobally;
import io.mooring.offending.SerializableKey;
import io.mooring.offending.SerializableSecret;
import io.mooring.offending.SharesArray;
import io.mooring.offending.keystore.Pkcs11KeyReader;
import java.io.Serializable;
import java.security.Key;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** No state that outlives its owner, and no secret that can be printed or written by accident. */
final class StateRules {
  /**
   * The static fields that may change. One event loop serves all clients of the JVM, so something
   * must hold it; its buffers are memory that all its sockets share. The JDK itself makes the
   * command's logger finder, so that --verbose can reach it by a static field only. A process loses
   * its lock of an outbox when it opens the lock file again, so it has to know what it holds.
   */
  private static final Set<String> MUTABLE_ON_PURPOSE =
      Set.of(
          "io.mooring.internal.net.EventLoop.shared",
          "io.mooring.internal.net.LoopBuffers.OF_THREAD",
          "io.mooring.internal.tls.ParsedCertificates.SHARED",
          "io.mooring.internal.tls.RecordBuffers.OF_THREAD",
          "io.mooring.internal.tls.VerifiedSignatures.SHARED",
          "io.mooring.internal.outbox.FolderLock.HELD",
          "io.mooring.keystore.internal.cryptoki.SharedLibrary.LOADED",
          "io.mooring.cli.StderrLoggers.target",
          "io.mooring.cli.StderrLoggers.threshold");

  private static final DescribedPredicate<JavaClass> MUTABLE =
      assignableTo("java.util.AbstractCollection")
          .or(assignableTo("java.util.AbstractMap"))
          .or(assignableTo("java.util.Queue"))
          .or(assignableTo("java.util.concurrent.ConcurrentMap"))
          .or(assignableTo("java.util.concurrent.locks.Lock"))
          .or(assignableTo("java.lang.ThreadLocal"))
          .or(assignableTo("java.lang.StringBuilder"))
          .or(assignableTo("java.nio.Buffer"))
          .or(
              DescribedPredicate.describe(
                  "atomics", type -> type.getPackageName().equals("java.util.concurrent.atomic")));

  private static final Pattern SECRET =
      Pattern.compile(
          "Secret.*|.*Secret|.*Password.*|.*Credentials?|Salted.*"
              + "|.*(Scram|Client|Server|Stored|Private)Keys?");

  private StateRules() {}

  static Stream<Rule> all() {
    return Stream.of(
        new Rule("no static field changes", fields().should(notChange()), CountsGlobally.class),
        new Rule("no static registry", fields().should(notChange()), RegistersGlobally.class),
        new Rule("no static array is shared", fields().should(notChange()), SharesArray.class),
        new Rule("no secret is a record", secrets(), PasswordRecord.class),
        new Rule("no secret is serializable", secrets(), SerializableSecret.class),
        new Rule("a key of the JDK serializes no bytes", keysOfTheJdk(), SerializableKey.class),
        new Rule(
            "a key that is a handle is never asked for its bytes",
            handlesOfKeys(),
            Pkcs11KeyReader.class));
  }

  private static ArchCondition<JavaField> notChange() {
    return new ArchCondition<>("be neither static nor able to change") {
      @Override
      public void check(JavaField field, ConditionEvents events) {
        Set<?> modifiers = field.getModifiers();
        if (!modifiers.contains(STATIC)
            || modifiers.contains(SYNTHETIC)
            || MUTABLE_ON_PURPOSE.contains(field.getFullName())) {
          return;
        }
        JavaClass type = field.getRawType();
        boolean sharedArray = type.isArray() && !modifiers.contains(PRIVATE);
        if (!modifiers.contains(FINAL) || sharedArray || MUTABLE.test(type)) {
          events.add(
              SimpleConditionEvent.violated(
                  field, field.getFullName() + " is static state that can change"));
        }
      }
    };
  }

  private static ArchRule secrets() {
    return classes()
        .that(
            DescribedPredicate.<JavaClass>describe(
                "are Destroyable or named as a secret",
                type ->
                    type.isAssignableTo("javax.security.auth.Destroyable")
                        || SECRET.matcher(type.getSimpleName()).matches()))
        .and()
        .areNotEnums()
        .and()
        .areNotAssignableTo(Throwable.class)
        .and()
        .areNotAssignableTo(Key.class)
        .should()
        .notBeRecords()
        .andShould()
        .notBeAssignableTo(Serializable.class)
        .because(
            "a record prints its parts, and a serialized secret leaves no trace of who read it");
  }

  private static ArchRule handlesOfKeys() {
    return noClasses()
        .that()
        .haveNameMatching("io\\.mooring\\..*keystore\\.(Pkcs11|Token|KeyStoreIdentity).*")
        .or()
        .resideInAPackage("io.mooring..keystore.internal.cryptoki..")
        .should()
        .callMethodWhere(targetOwner(assignableTo(Key.class)).and(target(name("getEncoded"))))
        .because("a token that can answer is one whose key can leave, and others throw");
  }

  /**
   * java.security.Key extends Serializable, so a key handed to the JDK can only leave its bytes
   * out.
   */
  private static ArchRule keysOfTheJdk() {
    return fields()
        .that()
        .areDeclaredInClassesThat()
        .areAssignableTo(Key.class)
        .and()
        .areNotStatic()
        .and(
            DescribedPredicate.<JavaField>describe(
                "are not a name", field -> !field.getRawType().isEquivalentTo(String.class)))
        .should()
        .haveModifier(TRANSIENT)
        .because("key bytes must not be in the serialized form");
  }
}
