package io.mooring.image;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/** A lambda or method reference of each kind, for {@link PlainLambdasTest}. */
public final class LambdaSamples implements PlainLambdasTest.Samples {
  private final long offset = 1L << 40;

  /** Public, since it is called in the class as it was changed. */
  public LambdaSamples() {}

  @Override
  public List<Object> results() {
    List<Object> results = new ArrayList<>();
    double factor = 2.5;
    byte small = -3;
    DoubleUnaryOperator wide = value -> value * factor + offset + small;
    results.add(wide.applyAsDouble(3));
    Consumer<Object> dropped = results::add;
    dropped.accept("added");
    Function<String, Integer> unbound = String::length;
    results.add(unbound.apply("four"));
    BiFunction<String, String, String> twice = String::concat;
    results.add(twice.apply("a", "b"));
    ToIntFunction<List<?>> ofInterface = List::size;
    results.add(ofInterface.applyAsInt(List.of(1, 2, 3)));
    Function<String, StringBuilder> constructor = StringBuilder::new;
    results.add(constructor.apply("made").reverse().toString());
    IntFunction<int[][]> array = int[][]::new;
    results.add(array.apply(3).length);
    BooleanSupplier bound = "x"::isEmpty;
    results.add(bound.getAsBoolean());
    IntSupplier ofPrivate = this::secret;
    results.add(ofPrivate.getAsInt());
    ToLongFunction<String> widened = String::length;
    results.add(widened.applyAsLong("12"));
    ToIntFunction<Integer> unboxed = LambdaSamples::next;
    results.add(unboxed.applyAsInt(41));
    Supplier<Object> serializable = (Supplier<Object> & Serializable) () -> "kept";
    results.add(serializable.get());
    results.add(new Inner().upper("inner"));
    Joining joining = Joining.of("-");
    results.add(joining.join("left", "right"));
    return results;
  }

  @Override
  public Supplier<Object> same() {
    return () -> "one";
  }

  @Override
  public void fail() {
    Runnable failing =
        () -> {
          throw new IllegalStateException("on purpose");
        };
    failing.run();
  }

  @Override
  @SuppressWarnings({"unchecked", "rawtypes"})
  public Object polluted() {
    Function<String, Object> ofString = text -> text.toLowerCase(Locale.ROOT);
    return ((Function) ofString).apply(1);
  }

  private int secret() {
    return 42;
  }

  private static int next(int value) {
    return value + 1;
  }

  /** Not the host of its nest. */
  static final class Inner {
    String upper(String text) {
      Function<String, String> upper = each -> mark() + each.toUpperCase(Locale.ROOT);
      return upper.apply(text);
    }

    private String mark() {
      return "!";
    }
  }

  /** Lambdas in an interface are private methods of it. */
  interface Joining {
    String join(String left, String right);

    static Joining of(String between) {
      return (left, right) -> left + between + right;
    }
  }
}
