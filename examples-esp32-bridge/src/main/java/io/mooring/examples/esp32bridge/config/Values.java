package io.mooring.examples.esp32bridge.config;

import io.mooring.Qos;
import io.mooring.examples.esp32bridge.topic.PublishRule;
import io.mooring.examples.esp32bridge.topic.SubscribeRule;
import io.mooring.examples.esp32bridge.topic.Suffix;
import io.mooring.examples.esp32bridge.topic.TopicFilter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The single values of the file; each throws an IllegalArgumentException with the reason. */
final class Values {
  private static final Pattern SPAN = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})\\s*(B|K|M|G)");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final List<String> WORDS = List.of("qos", "retain", "expiry", "as");

  private Values() {}

  /** A name that can be a Client Identifier, a device id of the line, and a level of a topic. */
  static String name(String text) {
    if (!NAME.matcher(text).matches()) {
      throw new IllegalArgumentException("'" + text + "' is not 1 to 64 of A-Z a-z 0-9 . _ -");
    }
    return text;
  }

  /** A topic without wildcard that others hang below. */
  static String base(String text) {
    String problem = Suffix.problem(text);
    if (problem != null) {
      throw new IllegalArgumentException("'" + text + "' cannot be a topic: " + problem);
    }
    return text;
  }

  static Function<String, Integer> number(int low, int high) {
    return text -> {
      if (!text.matches("\\d{1,9}")) {
        throw new IllegalArgumentException(
            "'" + text + "' is not a number of " + low + " to " + high);
      }
      int value = Integer.parseInt(text);
      if (value < low || value > high) {
        throw new IllegalArgumentException(value + " is outside " + low + " to " + high);
      }
      return value;
    };
  }

  /** A time with its unit, such as 500ms, 10s, 5m, 1h, 2d. */
  static Function<String, Duration> span(Duration low, Duration high) {
    return text -> {
      Matcher match = SPAN.matcher(text);
      if (!match.matches()) {
        throw new IllegalArgumentException(
            "'" + text + "' is not a time; write 500ms, 10s, 5m, 1h or 2d");
      }
      long count = Long.parseLong(match.group(1));
      Duration value =
          switch (match.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
          };
      if (value.compareTo(low) < 0 || value.compareTo(high) > 0) {
        throw new IllegalArgumentException(
            text + " is outside " + words(low) + " to " + words(high));
      }
      return value;
    };
  }

  /** A size with its unit, such as 512K or 64M. */
  static Function<String, Long> size(long low, long high) {
    return text -> {
      Matcher match = SIZE.matcher(text);
      if (!match.matches()) {
        throw new IllegalArgumentException("'" + text + "' is not a size; write 512K or 64M");
      }
      long unit =
          switch (match.group(2)) {
            case "B" -> 1;
            case "K" -> 1L << 10;
            case "M" -> 1L << 20;
            default -> 1L << 30;
          };
      long value = Long.parseLong(match.group(1)) * unit;
      if (value < low || value > high) {
        throw new IllegalArgumentException(text + " is outside " + low + " to " + high + " bytes");
      }
      return value;
    };
  }

  /** One of an enum's names, in lower case with hyphens. */
  static <E extends Enum<E>> Function<String, E> oneOf(Map<String, E> choices) {
    return text -> {
      E choice = choices.get(text);
      if (choice == null) {
        throw new IllegalArgumentException(
            "'" + text + "' is none of " + choices.keySet().stream().sorted().toList());
      }
      return choice;
    };
  }

  /** {@code FILTER [qos N] [retain yes|no] [expiry TIME] [as OTHER]}. */
  static PublishRule publish(String text) {
    Words words = Words.of(text);
    return new PublishRule(
        words.filter(), words.qos(), words.retain(), words.expiry(), words.options().get("as"));
  }

  /** {@code FILTER [qos N] [retain yes|no] [expiry TIME]}. */
  static SubscribeRule subscribe(String text) {
    Words words = Words.of(text);
    if (words.options().containsKey("as")) {
      throw new IllegalArgumentException("'as' is for publish; a device sees topics as they are");
    }
    return new SubscribeRule(words.filter(), words.qos(), words.retain(), words.expiry());
  }

  static String words(Duration span) {
    if (span.toMillisPart() != 0 || span.isZero()) {
      return span.toMillis() + "ms";
    }
    long seconds = span.toSeconds();
    return seconds % 86_400 == 0
        ? seconds / 86_400 + "d"
        : seconds % 3600 == 0 ? seconds / 3600 + "h" : seconds + "s";
  }

  /** A filter and pairs of word and value behind it. */
  private record Words(TopicFilter filter, Map<String, String> options) {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(365);

    static Words of(String text) {
      String[] words = text.split("\\s+", -1);
      Map<String, String> options = new HashMap<>();
      for (int i = 1; i < words.length; i += 2) {
        if (!WORDS.contains(words[i])) {
          throw new IllegalArgumentException(
              "'" + words[i] + "' is none of " + WORDS + " that may stand after a filter");
        }
        if (i + 1 == words.length) {
          throw new IllegalArgumentException("'" + words[i] + "' needs a value");
        }
        if (options.put(words[i], words[i + 1]) != null) {
          throw new IllegalArgumentException("'" + words[i] + "' stands twice");
        }
      }
      return new Words(new TopicFilter(words[0]), options);
    }

    Qos qos() {
      return Qos.of(number(0, 2).apply(options.getOrDefault("qos", "1")));
    }

    boolean retain() {
      String value = options.getOrDefault("retain", "no");
      if (!value.equals("yes") && !value.equals("no")) {
        throw new IllegalArgumentException("'retain' is yes or no; got '" + value + "'");
      }
      return value.equals("yes");
    }

    @Nullable Duration expiry() {
      String value = options.get("expiry");
      if (value == null) {
        return null;
      }
      if (value.endsWith("ms")) {
        throw new IllegalArgumentException("'expiry' is in whole seconds; got '" + value + "'");
      }
      return span(SHORTEST, LONGEST).apply(value);
    }
  }
}
