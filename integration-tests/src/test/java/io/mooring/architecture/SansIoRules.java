package io.mooring.architecture;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNCHRONIZED;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import io.mooring.offending.OpensSocket;
import io.mooring.offending.StartsThread;
import io.mooring.offending.internal.session.Locks;
import io.mooring.offending.internal.session.ReadsClock;
import io.mooring.offending.internal.session.Synchronizes;
import io.mooring.offending.internal.wire.KnowsThread;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** Bytes and clock in, bytes and events out: only the event loop touches a socket or a thread. */
final class SansIoRules {
  private static final String NET = "io.mooring..internal.net..";
  private static final String ROTATION_THREAD = "io.mooring.enrol.rotation.RotationThread";
  private static final String[] PURE = {
    "io.mooring..internal.session..", "io.mooring..internal.wire.."
  };
  private static final String[] PROGRAMS = {RoomRules.CLI, RoomRules.EXAMPLES};

  private static final DescribedPredicate<JavaClass> SOCKETS =
      assignableTo("java.nio.channels.SelectableChannel")
          .or(assignableTo("java.nio.channels.Selector"))
          .or(assignableTo("java.nio.channels.AsynchronousChannelGroup"))
          .or(assignableTo("java.nio.channels.AsynchronousSocketChannel"))
          .or(assignableTo("java.nio.channels.spi.SelectorProvider"))
          .or(assignableTo("java.net.Socket"))
          .or(assignableTo("javax.net.SocketFactory"))
          .or(assignableTo("java.net.URLConnection"))
          .or(resideInAnyPackage("java.net.http.."))
          .as("sockets or selectors");

  private static final DescribedPredicate<JavaClass> POOLS =
      assignableTo("java.util.concurrent.ThreadPoolExecutor")
          .or(assignableTo("java.util.concurrent.ForkJoinPool"))
          .or(type(Executors.class))
          .or(assignableTo("java.util.Timer"))
          .as("thread pools or timers");

  private SansIoRules() {}

  static Stream<Rule> all() {
    return Stream.of(
        new Rule(
            "only internal.net opens sockets",
            noClasses()
                .that()
                .resideOutsideOfPackage(NET)
                .and()
                .resideOutsideOfPackages(PROGRAMS)
                .should()
                .dependOnClassesThat(SOCKETS),
            OpensSocket.class),
        new Rule(
            "only internal.net and the one thread of rotation create threads",
            noClasses()
                .that()
                .resideOutsideOfPackage(NET)
                .and()
                .resideOutsideOfPackages(PROGRAMS)
                .and()
                .doNotHaveFullyQualifiedName(ROTATION_THREAD)
                .should()
                .callConstructorWhere(target(owner(assignableTo(Thread.class))))
                .orShould()
                .beAssignableTo(Thread.class)
                .orShould()
                .dependOnClassesThat(POOLS),
            StartsThread.class),
        new Rule(
            "session and codec know no thread",
            noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat(assignableTo(Thread.class).or(POOLS)),
            KnowsThread.class),
        new Rule(
            "session and codec hold no lock",
            noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat(
                    resideInAnyPackage("java.util.concurrent.locks..")
                        .or(assignableTo("java.util.concurrent.Semaphore"))
                        .or(assignableTo("java.util.concurrent.CountDownLatch"))
                        .or(assignableTo("java.util.concurrent.BlockingQueue")))
                .orShould()
                .callMethodWhere(
                    target(nameMatching("wait|notify|notifyAll"))
                        .and(target(owner(type(Object.class))))),
            Locks.class),
        new Rule(
            "session and codec synchronize no method",
            noMethods()
                .that()
                .areDeclaredInClassesThat()
                .resideInAnyPackage(PURE)
                .should()
                .haveModifier(SYNCHRONIZED),
            Synchronizes.class),
        new Rule(
            "session and codec read no clock",
            noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .callMethodWhere(
                    target(nameMatching("nanoTime|currentTimeMillis"))
                        .and(target(owner(type(System.class)))))
                .orShould()
                .callMethodWhere(
                    target(nameMatching("now|system.*|tick.*"))
                        .and(target(owner(resideInAnyPackage("java.time..")))))
                .orShould()
                .dependOnClassesThat(
                    assignableTo("java.util.Date").or(type(java.util.Calendar.class)))
                .because("time comes in as an argument, so that tests own it"),
            ReadsClock.class));
  }
}
