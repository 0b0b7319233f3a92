package io.mooring.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.domain.JavaModifier;
import io.mooring.error.ErrorCode;
import io.mooring.error.MooringException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Codes and errors fit: no error without a code, no code that nothing gives. */
class ErrorCodesTest {
  private static final JavaClasses SHIPPED = ShippedClasses.all();

  @Test
  void everyCode_isGivenBySomething() {
    Set<String> given =
        SHIPPED.stream()
            .filter(type -> !type.isEquivalentTo(ErrorCode.class))
            .flatMap(type -> type.getFieldAccessesFromSelf().stream())
            .filter(access -> access.getTargetOwner().isEquivalentTo(ErrorCode.class))
            .map(access -> access.getTarget().getName())
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(
        List.of(),
        Arrays.stream(ErrorCode.values()).map(Enum::name).filter(n -> !given.contains(n)).toList(),
        "codes that no error and no finding carries");
  }

  @Test
  void everyError_knowsItsCode() {
    List<JavaClass> errors =
        SHIPPED.stream()
            .filter(type -> type.isAssignableTo(MooringException.class))
            .filter(type -> !type.getModifiers().contains(JavaModifier.ABSTRACT))
            .toList();
    assertTrue(errors.size() > 30, () -> errors.size() + " errors");
    assertEquals(
        List.of(),
        errors.stream().filter(type -> !hasCode(type)).map(JavaClass::getName).toList(),
        "errors whose code cannot be told from their own class");
  }

  /** Named in the class or in its {@code Reason}, or given to its constructor. */
  private static boolean hasCode(JavaClass error) {
    return SHIPPED.stream()
            .filter(type -> type.getName().startsWith(error.getName()))
            .flatMap(type -> type.getFieldAccessesFromSelf().stream())
            .map(JavaFieldAccess::getTarget)
            .anyMatch(target -> target.getOwner().isEquivalentTo(ErrorCode.class))
        || error.getConstructors().stream()
            .map(JavaCodeUnit::getRawParameterTypes)
            .anyMatch(types -> types.stream().anyMatch(t -> t.isEquivalentTo(ErrorCode.class)));
  }
}
