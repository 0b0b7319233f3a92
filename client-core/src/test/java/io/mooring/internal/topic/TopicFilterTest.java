package io.mooring.internal.topic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whether filters cover a filter, against counting: every filter of up to three levels over a small
 * alphabet, every topic of up to five. {@code z} stands in no filter, as most topics' levels do.
 */
class TopicFilterTest {
  private static final List<String> LEVELS = List.of("a", "b", "", "$s", "+");
  private static final List<String> NAMES = List.of("a", "b", "", "$s", "z");
  private static final List<String> TOPICS =
      paths(NAMES, 5).stream().filter(topic -> !topic.isEmpty()).toList();
  private static final List<Sample> FILTERS = samples();

  private record Sample(TopicFilter filter, BitSet topics) {}

  @Test
  void matches_everyFilterAndTopic_agreesWithTheRegularExpression() {
    for (Sample sample : FILTERS) {
      for (int i = 0; i < TOPICS.size(); i++) {
        String topic = TOPICS.get(i);
        assertEquals(
            sample.topics.get(i),
            sample.filter.matches(topic),
            () -> sample.filter + " and '" + topic + "'");
      }
    }
  }

  @Test
  void covers_everyPairOfFilters_agreesWithCounting() {
    for (Sample wanted : FILTERS) {
      for (Sample allowed : FILTERS) {
        check(List.of(allowed), wanted);
      }
    }
  }

  @Test
  void covers_randomSetsOfFilters_agreesWithCounting() {
    SplittableRandom random = new SplittableRandom(20260101);
    int covered = 0;
    for (int run = 0; run < 200_000; run++) {
      Sample wanted = FILTERS.get(random.nextInt(FILTERS.size()));
      List<Sample> allowed = new ArrayList<>();
      for (int i = random.nextInt(2, 6); i > 0; i--) {
        allowed.add(FILTERS.get(random.nextInt(FILTERS.size())));
      }
      if (check(allowed, wanted)) {
        covered++;
      }
    }
    assertTrue(covered > 1_000, "too few covered ones to mean anything: " + covered);
  }

  @Test
  void covers_byTheUnionAlone() {
    assertTrue(covers("a/#", "a", "a/+", "a/+/#"));
    assertTrue(covers("a/#", "a", "a/+/#"));
    assertTrue(!covers("a/#", "a/+/#"));
    assertTrue(covers("a/+", "a/+/#"));
    assertTrue(!covers("a/+", "a/b", "a/c"));
    assertTrue(!covers("a"));
  }

  @Test
  void covers_sharedSubscription_isItsFilter() {
    assertTrue(covers("$share/group/a/b", "a/+"));
    assertTrue(!covers("$share/group/#", "a/#"));
  }

  @ParameterizedTest
  @CsvSource({
    "#, true",
    "+, true",
    "+/#, true",
    "+/+/+, true",
    "/#, true",
    "/+/#, true",
    "$share/g/#, true",
    "$SYS/#, true",
    "$queue/#, true",
    "$share/g/$queue/+/#, true",
    "a, false",
    "a/#, false",
    "+/a, false",
    "/a/#, false",
    "$SYS/broker/#, false",
    "$share/g/a/#, false"
  })
  void wide_isWhatNamesNoLevel(String filter, boolean wide) {
    assertEquals(wide, TopicFilter.parse(filter).isWide());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a/+/#", "$share/g/a", "/"})
  void toString_isTheFilterAsWritten(String filter) {
    assertEquals(filter, TopicFilter.parse(filter).toString());
  }

  private static boolean covers(String wanted, String... allowed) {
    return TopicFilter.covers(
        Arrays.stream(allowed).map(TopicFilter::parse).toList(), TopicFilter.parse(wanted));
  }

  private static boolean check(List<Sample> allowed, Sample wanted) {
    BitSet left = (BitSet) wanted.topics.clone();
    allowed.forEach(sample -> left.andNot(sample.topics));
    List<TopicFilter> filters = allowed.stream().map(Sample::filter).toList();
    assertEquals(
        left.isEmpty(),
        TopicFilter.covers(filters, wanted.filter),
        () -> filters + " and " + wanted.filter);
    return left.isEmpty();
  }

  private static List<Sample> samples() {
    List<String> texts = new ArrayList<>(paths(LEVELS, 3));
    List<String> heads = paths(LEVELS, 2);
    texts.add("#");
    heads.forEach(head -> texts.add(head + "/#"));
    return texts.stream()
        .filter(text -> !text.isEmpty())
        .map(text -> new Sample(TopicFilter.parse(text), topicsOf(text)))
        .toList();
  }

  /** By the words of section 4.7, not by our code. */
  private static BitSet topicsOf(String filter) {
    String expression =
        Arrays.stream(filter.split("/", -1))
            .map(level -> level.equals("+") ? "[^/]*" : level.equals("#") ? "#" : quoted(level))
            .collect(Collectors.joining("/"));
    expression = expression.equals("#") ? ".*" : expression.replaceAll("/#$", "(/.*)?");
    BitSet topics = new BitSet();
    for (int i = 0; i < TOPICS.size(); i++) {
      String topic = TOPICS.get(i);
      boolean hidden = topic.startsWith("$") && (filter.startsWith("+") || filter.startsWith("#"));
      topics.set(i, !hidden && topic.matches(expression));
    }
    return topics;
  }

  private static String quoted(String level) {
    return level.replace("$", "\\$");
  }

  /** All paths of one to {@code depth} levels. */
  private static List<String> paths(List<String> levels, int depth) {
    List<String> all = new ArrayList<>(levels);
    List<String> last = levels;
    for (int i = 1; i < depth; i++) {
      last =
          last.stream().flatMap(head -> levels.stream().map(level -> head + "/" + level)).toList();
      all.addAll(last);
    }
    return all;
  }
}
