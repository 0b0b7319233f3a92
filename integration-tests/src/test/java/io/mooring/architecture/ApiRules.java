package io.mooring.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.mooring.offending.ExportsBouncyCastle;
import io.mooring.offending.ExportsInternal;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/** What an application sees is ours alone. */
final class ApiRules {
  private ApiRules() {}

  static Stream<Rule> all() {
    return Stream.of(
        new Rule("no Bouncy Castle type is exported", signatures(), ExportsBouncyCastle.class),
        new Rule("no internal type is exported", signatures(), ExportsInternal.class));
  }

  private static ArchRule signatures() {
    return classes()
        .that()
        .resideOutsideOfPackage("io.mooring..internal..")
        .should(showOnlyOurOwnTypes());
  }

  private static ArchCondition<JavaClass> showOnlyOurOwnTypes() {
    return new ArchCondition<>("show no internal, Paho or Bouncy Castle type to an application") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        if (!visible(type)) {
          return;
        }
        type.getSuperclass()
            .ifPresent(above -> report(type, above.getAllInvolvedRawTypes(), events));
        type.getInterfaces().forEach(above -> report(type, above.getAllInvolvedRawTypes(), events));
        for (JavaMember member : type.getMembers()) {
          if (visible(member.getModifiers())) {
            report(member, shownBy(member), events);
          }
        }
      }
    };
  }

  private static Set<JavaClass> shownBy(JavaMember member) {
    if (member instanceof JavaField field) {
      return field.getAllInvolvedRawTypes();
    }
    JavaCodeUnit code = (JavaCodeUnit) member;
    Set<JavaClass> shown = new HashSet<>(code.getAllInvolvedRawTypes());
    shown.addAll(code.getExceptionTypes());
    return shown;
  }

  private static void report(Object where, Set<JavaClass> shown, ConditionEvents events) {
    for (JavaClass type : shown) {
      if (foreign(type.getPackageName() + ".")) {
        events.add(SimpleConditionEvent.violated(where, where + " shows " + type.getName()));
      }
    }
  }

  private static boolean foreign(String name) {
    return name.startsWith("org.bouncycastle.")
        || name.startsWith("org.eclipse.paho.")
        || (name.startsWith("io.mooring.") && name.contains(".internal."));
  }

  private static boolean visible(JavaClass type) {
    return visible(type.getModifiers())
        && type.getEnclosingClass().map(ApiRules::visible).orElse(true);
  }

  private static boolean visible(Set<JavaModifier> modifiers) {
    return (modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED))
        && !modifiers.contains(JavaModifier.SYNTHETIC);
  }
}
