package io.mooring.testkit;

import java.lang.reflect.AnnotatedElement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Looks for {@link Canaries} in whatever is told while any test of a module runs, and in the
 * traces, captures and recordings that it leaves in files; the build registers it for all of them.
 * A find fails the test, or the run where it is found in the flight recording at the end.
 */
public final class CanaryExtension
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  /** One of the JVM, by the root of its tests. */
  private static final String WATCH = "io.mooring.testkit.canaries";

  /** JUnit makes it. */
  public CanaryExtension() {}

  @Override
  public void beforeAll(ExtensionContext context) {
    watch(context).enter(context);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    watch(context).enter(context);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    watch(context).leave(context);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Watch watch = watch(context);
    watch.leave(context);
    CanaryNet.NET.nextClass();
    watch.lookIfLarge();
  }

  private static Watch watch(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.GLOBAL)
        .computeIfAbsent(WATCH, unused -> new Watch(), Watch.class);
  }

  /** Listens from the first test to the end of the last. */
  private static final class Watch implements AutoCloseable {
    private final CanaryLogs logs = new CanaryLogs();
    private final CanaryFlight flight = new CanaryFlight();
    private final List<Stay> stays = new ArrayList<>();

    Watch() {
      CanaryNet.NET.watch(true);
    }

    /** From when on a test runs. */
    private record Stay(Instant since, String test) {}

    void enter(ExtensionContext context) {
      logs.listen();
      stays.add(new Stay(Instant.now(), onPurpose(context) ? "" : name(context)));
    }

    void leave(ExtensionContext context) {
      logs.drain();
      List<String> finds = new ArrayList<>(CanaryNet.NET.finds());
      finds.addAll(CanaryFiles.FILES.finds());
      stays.add(new Stay(Instant.now(), "what came after " + name(context)));
      if (!finds.isEmpty() && !onPurpose(context)) {
        throw new AssertionError(name(context) + " told secrets: " + String.join("; ", finds));
      }
    }

    void lookIfLarge() {
      if (flight.isLarge()) {
        look();
      }
    }

    private void look() {
      List<String> finds = flight.finds(this::testAt);
      if (!finds.isEmpty()) {
        throw new AssertionError("Secrets were told: " + String.join("; ", finds));
      }
    }

    private String testAt(Instant instant) {
      String test = "what came before the first test";
      for (Stay stay : stays) {
        if (stay.since().isAfter(instant)) {
          return test;
        }
        test = stay.test();
      }
      return test;
    }

    @Override
    public void close() {
      try {
        look();
      } finally {
        CanaryNet.NET.watch(false);
        flight.close();
        logs.close();
      }
    }

    private static String name(ExtensionContext context) {
      return context.getTestClass().map(Class::getName).orElse("")
          + context.getTestMethod().map(method -> "." + method.getName()).orElse("");
    }

    private static boolean onPurpose(ExtensionContext context) {
      for (ExtensionContext at = context; at != null; at = at.getParent().orElse(null)) {
        AnnotatedElement element = at.getElement().orElse(null);
        if (element != null && element.isAnnotationPresent(SecretsOnPurpose.class)) {
          return true;
        }
      }
      return false;
    }
  }
}
