package io.mooring.policy;

import io.mooring.internal.telemetry.Log;
import io.mooring.internal.topic.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a device may publish and what it may subscribe. What is not named is not allowed.
 *
 * <pre>{@code
 * TopicPolicy.device("plant/7/{clientId}")
 *     .publish("telemetry/#")                  // plant/7/meter-0042/telemetry/#
 *     .subscribe("command/+")                  // plant/7/meter-0042/command/+
 *     .subscribeAbsolute("plant/7/all/notice") // written whole
 *     .refuseRetained("command/+")
 * }</pre>
 *
 * <p><b>Below the prefix, or whole.</b> {@link #publish}, {@link #subscribe} and {@link
 * #refuseRetained} take filters below the prefix and put it and a {@code /} before them. The forms
 * that end in {@code Absolute} take whole filters. Nothing depends on how a filter looks. In a
 * policy without a prefix, {@link #topics}, each filter is whole.
 *
 * <p><b>Placeholders.</b> <code>{clientId}</code> and <code>{userName}</code> stand for the Client
 * Identifier and the user name that the client is built with, anywhere in a prefix or filter. A
 * name that is missing, or holds {@code +}, {@code #}, {@code /} or U+0000, is refused when the
 * client is built ({@link PlaceholderException}), as is one that begins with {@code $} at the start
 * of a topic. No other braces can stand in a policy.
 *
 * <p><b>Filters.</b> They mean what they mean to a broker (MQTT 5, section 4.7): {@code a/#}
 * matches {@code a} too, and a wildcard in the first level matches no topic that begins with {@code
 * $}. A subscription is allowed if each topic it can bring matches one of the policy's filters;
 * {@code $share/NAME/FILTER} is allowed as {@code FILTER} is.
 *
 * <p><b>Over-broad filters</b> are refused here with an {@link IllegalArgumentException}, unless
 * they come through {@link #dangerous}. A whole filter is over-broad if
 *
 * <ul>
 *   <li>its first level is a wildcard, or no level is a text of its own: {@code #}, {@code +/#},
 *       {@code +/status}, {@code /#}, {@code $SYS/#}; or
 *   <li>it has a wildcard in a level of the prefix, and no earlier level differs from the prefix's:
 *       with <code>plant/7/{clientId}</code>, {@code plant/#} and {@code plant/7/+/command} are,
 *       since they take in other devices; {@code fleet/+/notice} and {@code plant/7/all/#} are not.
 * </ul>
 *
 * Filters below the prefix never are.
 *
 * <p>A policy is the device's half of two: it keeps a fault of the device or a forged command from
 * reaching topics that are not its own. The broker's half keeps a stolen device from them; see
 * docs/TOPIC-POLICY.md. Immutable: each method returns another policy.
 */
public final class TopicPolicy {
  private static final Log LOG = Log.DANGEROUS;

  private final @Nullable TopicTemplate prefix;
  private final List<TopicTemplate> publish;
  private final List<TopicTemplate> subscribe;
  private final List<TopicTemplate> refuseRetained;

  private TopicPolicy(
      @Nullable TopicTemplate prefix,
      List<TopicTemplate> publish,
      List<TopicTemplate> subscribe,
      List<TopicTemplate> refuseRetained) {
    this.prefix = prefix;
    this.publish = publish;
    this.subscribe = subscribe;
    this.refuseRetained = refuseRetained;
  }

  /**
   * A policy of topics below a prefix, so far without any.
   *
   * @param prefix one or more levels without wildcard, such as <code>plant/7/{clientId}</code>
   * @throws IllegalArgumentException if it has a wildcard, an unknown placeholder, or ends in a
   *     slash
   */
  public static TopicPolicy device(String prefix) {
    TopicTemplate template = TopicTemplate.parse(prefix);
    if (template.hasWildcard()) {
      throw new IllegalArgumentException(
          "topic policy: prefix '" + prefix + "' holds a wildcard; it names one device");
    }
    if (prefix.endsWith("/")) {
      throw new IllegalArgumentException(
          "topic policy: prefix '" + prefix + "' ends in a slash; leave it out");
    }
    return new TopicPolicy(template, List.of(), List.of(), List.of());
  }

  /** A policy without a prefix, so far without any topic: each filter is written whole. */
  public static TopicPolicy topics() {
    return new TopicPolicy(null, List.of(), List.of(), List.of());
  }

  /** Allows to publish to topics that match one of {@code filters}, below the prefix. */
  public TopicPolicy publish(String... filters) {
    return withPublish(below(filters));
  }

  /** Allows to publish to topics that match one of {@code filters}, written whole. */
  public TopicPolicy publishAbsolute(String... filters) {
    return withPublish(narrow(filters, "publishWide"));
  }

  /** Allows to subscribe to what {@code filters} cover together, below the prefix. */
  public TopicPolicy subscribe(String... filters) {
    return withSubscribe(below(filters));
  }

  /** Allows to subscribe to what {@code filters} cover together, written whole. */
  public TopicPolicy subscribeAbsolute(String... filters) {
    return withSubscribe(narrow(filters, "subscribeWide"));
  }

  /**
   * Refuses inbound messages with the RETAIN flag on topics that match one of {@code filters},
   * below the prefix: they are acknowledged, counted and not handed on. A retained command acts
   * again whenever a device subscribes, long after it was meant.
   *
   * <p>With Retain As Published the flag also stands on messages that only just were published to
   * be retained; they are refused as well.
   */
  public TopicPolicy refuseRetained(String... filters) {
    return withRefuseRetained(below(filters));
  }

  /** {@link #refuseRetained} with filters written whole, however broad: it only takes away. */
  public TopicPolicy refuseRetainedAbsolute(String... filters) {
    return withRefuseRetained(whole(filters));
  }

  /** Filters that take in topics of others; each call logs one warning. */
  public Dangerous dangerous() {
    return new Dangerous();
  }

  /** What a policy refuses unless it is asked for by this name. */
  public final class Dangerous {
    private Dangerous() {}

    /** Allows to publish to topics that match one of {@code filters}, whole, however broad. */
    public TopicPolicy publishWide(String... filters) {
      warn("publishWide", filters);
      return withPublish(whole(filters));
    }

    /** Allows to subscribe to what {@code filters} cover, whole, however broad. */
    public TopicPolicy subscribeWide(String... filters) {
      warn("subscribeWide", filters);
      return withSubscribe(whole(filters));
    }

    private void warn(String what, String... filters) {
      LOG.log(
          System.Logger.Level.WARNING,
          "dangerous().{0}({1}): this device may use topics of other devices",
          what,
          String.join(", ", filters));
    }
  }

  /**
   * The policy of one device, placeholders filled in.
   *
   * @param clientId the Client Identifier; empty if the broker assigns one
   * @param userName the user name, or null
   * @throws PlaceholderException if one of them is needed and cannot stand in a topic
   */
  public DeviceTopics resolve(String clientId, @Nullable String userName) {
    DeviceNames names = new DeviceNames(clientId, userName);
    return new DeviceTopics(
        resolve(publish, names), resolve(subscribe, names), resolve(refuseRetained, names));
  }

  private static List<TopicFilter> resolve(List<TopicTemplate> templates, DeviceNames names) {
    return templates.stream().map(template -> template.resolve(names)).toList();
  }

  private List<TopicTemplate> below(String... filters) {
    TopicTemplate above = prefix;
    if (above == null) {
      return narrow(filters, "publishWide and subscribeWide");
    }
    List<TopicTemplate> templates = new ArrayList<>();
    for (String filter : filters) {
      Objects.requireNonNull(filter, "filter");
      if (filter.isEmpty() || filter.startsWith("/")) {
        throw new IllegalArgumentException(
            "topic policy: '"
                + filter
                + "' would leave an empty level below the prefix "
                + above.text());
      }
      if (filter.startsWith("$share/")) {
        TopicTemplate.parse(filter); // refuses it
      }
      if (filter.equals(above.text()) || filter.startsWith(above.text() + "/")) {
        throw new IllegalArgumentException(
            "topic policy: '"
                + filter
                + "' repeats the prefix, which is put before it anyway. Leave it out, or use the"
                + " form that ends in Absolute.");
      }
      templates.add(TopicTemplate.parse(above.text() + "/" + filter));
    }
    return templates;
  }

  private List<TopicTemplate> narrow(String[] filters, String way) {
    List<TopicTemplate> templates = whole(filters);
    for (TopicTemplate template : templates) {
      if (isOverBroad(template)) {
        throw new IllegalArgumentException(
            "topic policy: '"
                + template.text()
                + "' takes in topics of other devices"
                + (prefix == null ? "" : " than " + prefix.text())
                + ". Name them level by level, or say dangerous()."
                + way
                + ".");
      }
    }
    return templates;
  }

  private static List<TopicTemplate> whole(String... filters) {
    List<TopicTemplate> templates = new ArrayList<>();
    for (String filter : filters) {
      templates.add(TopicTemplate.parse(Objects.requireNonNull(filter, "filter")));
    }
    return templates;
  }

  private boolean isOverBroad(TopicTemplate template) {
    List<String> levels = template.levels();
    if (template.sample().isWide() || isWildcard(levels.get(0))) {
      return true;
    }
    List<String> own = prefix == null ? List.of() : prefix.levels();
    for (int i = 0; i < own.size() && i < levels.size(); i++) {
      if (isWildcard(levels.get(i))) {
        return true;
      }
      if (!levels.get(i).equals(own.get(i))) {
        return false;
      }
    }
    return false;
  }

  private static boolean isWildcard(String level) {
    return level.equals("+") || level.equals("#");
  }

  private TopicPolicy withPublish(List<TopicTemplate> more) {
    return new TopicPolicy(prefix, joined(publish, more), subscribe, refuseRetained);
  }

  private TopicPolicy withSubscribe(List<TopicTemplate> more) {
    return new TopicPolicy(prefix, publish, joined(subscribe, more), refuseRetained);
  }

  private TopicPolicy withRefuseRetained(List<TopicTemplate> more) {
    return new TopicPolicy(prefix, publish, subscribe, joined(refuseRetained, more));
  }

  private static List<TopicTemplate> joined(List<TopicTemplate> some, List<TopicTemplate> more) {
    List<TopicTemplate> all = new ArrayList<>(some);
    all.addAll(more);
    return List.copyOf(all);
  }

  /** The filters, placeholders as written. */
  @Override
  public String toString() {
    return "TopicPolicy[publish "
        + texts(publish)
        + ", subscribe "
        + texts(subscribe)
        + ", refuse retained "
        + texts(refuseRetained)
        + "]";
  }

  private static List<String> texts(List<TopicTemplate> templates) {
    return templates.stream().map(TopicTemplate::text).toList();
  }
}
