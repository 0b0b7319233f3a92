package io.mooring.internal.topic;

import io.mooring.internal.wire.SendableText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Topic Filter (MQTT 5, section 4.7), or the one inside a shared subscription (section 4.8.2).
 */
public final class TopicFilter {
  private static final String SHARE = "$share/";

  private final String text;
  private final List<String> levels;
  private final boolean shared;

  private TopicFilter(String text, List<String> levels, boolean shared) {
    this.text = text;
    this.levels = levels;
    this.shared = shared;
  }

  /**
   * Reads a filter, or {@code $share/NAME/FILTER}.
   *
   * @throws IllegalArgumentException if it is neither; the message names the rule
   */
  public static TopicFilter parse(String filter) {
    SendableText.require("topic filter", filter);
    boolean shared = filter.startsWith(SHARE);
    String bare = shared ? withoutShare(filter) : filter;
    if (bare.isEmpty()) {
      throw new IllegalArgumentException("topic filter is empty; it takes at least one character");
    }
    List<String> levels = List.of(bare.split("/", -1));
    for (int i = 0; i < levels.size(); i++) {
      String level = levels.get(i);
      boolean multi = level.indexOf('#') >= 0;
      if (multi && (level.length() > 1 || i < levels.size() - 1)) {
        throw new IllegalArgumentException(
            "topic filter '" + filter + "': # stands alone in the last level (section 4.7.1.2)");
      }
      if (level.indexOf('+') >= 0 && level.length() > 1) {
        throw new IllegalArgumentException(
            "topic filter '" + filter + "': + takes a whole level (section 4.7.1.3)");
      }
    }
    return new TopicFilter(filter, levels, shared);
  }

  private static String withoutShare(String filter) {
    int slash = filter.indexOf('/', SHARE.length());
    if (slash <= SHARE.length() || slash == filter.length() - 1) {
      throw new IllegalArgumentException(
          "shared subscription '" + filter + "' is not $share/NAME/FILTER (section 4.8.2)");
    }
    String share = filter.substring(SHARE.length(), slash);
    if (share.indexOf('+') >= 0 || share.indexOf('#') >= 0) {
      throw new IllegalArgumentException(
          "share name '" + share + "' holds a wildcard (section 4.8.2)");
    }
    return filter.substring(slash + 1);
  }

  /** True for {@code $share/NAME/FILTER}. */
  public boolean shared() {
    return shared;
  }

  /** The levels of the filter, without those of a share. */
  public List<String> levels() {
    return levels;
  }

  /** True if {@code name} matches; no wildcard matches a leading {@code $}. */
  public boolean matches(String name) {
    return TopicMatch.matches(text, name);
  }

  /**
   * True if no level is a text of its own: {@code #}, {@code +}, {@code +/#}, {@code /#}. A first
   * level that begins with {@code $} does not count as one, since it only names a tree of the
   * broker's: {@code $SYS/#}, and EMQX's {@code $queue/#}, which is another way to write {@code #}.
   */
  public boolean isWide() {
    for (int i = 0; i < levels.size(); i++) {
      String level = levels.get(i);
      if (!level.isEmpty() && !isWildcard(level) && !(i == 0 && level.startsWith("$"))) {
        return false;
      }
    }
    return true;
  }

  /**
   * True if each topic that matches {@code wanted} matches at least one of {@code allowed}.
   *
   * <p>One topic decides: the one that has, wherever {@code wanted} has a wildcard, a text that
   * stands in no filter. Any other text there only lets more of {@code allowed} match.
   */
  public static boolean covers(Collection<TopicFilter> allowed, TopicFilter wanted) {
    Collection<TopicFilter> open = allowed;
    int depth = 0;
    for (String level : wanted.levels) {
      if (level.equals("#")) {
        return coverAllBelow(open, wanted.levels.subList(0, depth));
      }
      boolean hidden = depth == 0 && level.startsWith("$");
      List<TopicFilter> matching = new ArrayList<>();
      for (TopicFilter filter : open) {
        @Nullable String own = filter.level(depth);
        if ("#".equals(own) && !hidden) {
          return true;
        }
        boolean one = "+".equals(own) && !hidden;
        if (one || (level.equals(own) && !isWildcard(level))) {
          matching.add(filter);
        }
      }
      open = matching;
      depth++;
    }
    for (TopicFilter filter : open) {
      if (filter.endsAt(depth) || "#".equals(filter.level(depth))) {
        return true;
      }
    }
    return false;
  }

  /** Whether {@code open}, which match the levels {@code above}, match them and all below them. */
  private static boolean coverAllBelow(Collection<TopicFilter> open, List<String> above) {
    Collection<TopicFilter> left = open;
    for (int depth = above.size(); !left.isEmpty(); depth++) {
      // There is no topic without a character, so none that is the parent of # or of /#.
      boolean ends = depth == above.size() && String.join("/", above).isEmpty();
      List<TopicFilter> longer = new ArrayList<>();
      for (TopicFilter filter : left) {
        @Nullable String own = filter.level(depth);
        if ("#".equals(own)) {
          return true;
        }
        ends |= own == null;
        if ("+".equals(own)) {
          longer.add(filter);
        }
      }
      if (!ends) {
        return false;
      }
      left = longer;
    }
    return false;
  }

  private @Nullable String level(int depth) {
    return depth < levels.size() ? levels.get(depth) : null;
  }

  private boolean endsAt(int depth) {
    return levels.size() == depth;
  }

  private static boolean isWildcard(String level) {
    return level.equals("+") || level.equals("#");
  }

  /** The filter as it was written. */
  @Override
  public String toString() {
    return text;
  }
}
